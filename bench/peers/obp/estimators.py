"""Problems of the Open Bandit Pipeline's examples: a log of each run for whoever estimates from it, and what the pipeline estimates itself.

    estimators.py PROBLEM RUNS FOLDER

Writes FOLDER/RUN.csv (ratio, reward, predicted, value: the judged policy's probability of the logged action over the logging policy's, what was earned, what the
model expects of the action, and of the judged policy) and prints one JSON object for each run.
"""

import json
import sys
import types
import warnings
from pathlib import Path


class _AnyName(type):
    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return cls


class _Absent(metaclass=_AnyName):
    """In place of PyTorch, which the package imports and only its neural policies use."""


for _name in ("torch", "torch.nn", "torch.nn.functional", "torch.optim", "torch.utils", "torch.utils.data"):
    _module = types.ModuleType(_name)
    _module.__getattr__ = lambda _: _Absent
    sys.modules[_name] = _module

import numpy as np  # noqa: E402
from obp import ope  # noqa: E402
from obp.dataset import MultiClassToBanditReduction, SyntheticBanditDataset, logistic_reward_function  # noqa: E402
from obp.policy import IPWLearner  # noqa: E402
from obp.version import __version__  # noqa: E402
from sklearn.datasets import load_digits  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402

SEED = 12345
SWITCH_AT = 20
ACTIONS, ROUNDS = 30, 10_000
ESTIMATORS = {
    "DM": ope.DirectMethod(),
    "IPS": ope.InverseProbabilityWeighting(),
    "SNIPS": ope.SelfNormalizedInverseProbabilityWeighting(),
    "DR": ope.DoublyRobust(),
    "SNDR": ope.SelfNormalizedDoublyRobust(),
    "SWITCH_DR": ope.SwitchDoublyRobust(lambda_=SWITCH_AT),
}


def logistic() -> LogisticRegression:
    return LogisticRegression(max_iter=10000, C=100, random_state=SEED)


def multiclass(run: int) -> tuple[dict, np.ndarray, float, None]:
    images, digits = load_digits(return_X_y=True)
    data = MultiClassToBanditReduction(X=images, y=digits, base_classifier_b=logistic(), alpha_b=0.8, dataset_name="digits")
    data.split_train_eval(eval_size=0.7, random_state=run)
    log = data.obtain_batch_bandit_feedback(random_state=run)
    policy = data.obtain_action_dist_by_eval_policy(base_classifier_e=logistic(), alpha_e=0.9)
    return log, policy, data.calc_ground_truth_policy_value(action_dist=policy), None


def synthetic(run: int) -> tuple[dict, np.ndarray, float, np.ndarray]:
    data = SyntheticBanditDataset(n_actions=ACTIONS, dim_context=5, reward_function=logistic_reward_function, beta=-3, random_state=run)
    past, log = data.obtain_batch_bandit_feedback(n_rounds=ROUNDS), data.obtain_batch_bandit_feedback(n_rounds=ROUNDS)
    learner = IPWLearner(n_actions=ACTIONS, base_classifier=logistic())
    learner.fit(context=past["context"], action=past["action"], reward=past["reward"], pscore=past["pscore"])
    policy = learner.predict_proba(context=log["context"])
    truth = data.calc_ground_truth_policy_value(expected_reward=log["expected_reward"], action_dist=policy)
    return log, policy, truth, data.action_context


def one(problem: str, run: int, folder: Path) -> dict:
    log, policy, truth, actions = {"multiclass": multiclass, "synthetic": synthetic}[problem](run)
    model = ope.RegressionModel(n_actions=policy.shape[1], action_context=actions, base_model=logistic())
    expected = model.fit_predict(context=log["context"], action=log["action"], reward=log["reward"], n_folds=3, random_state=SEED)
    judged = ope.OffPolicyEvaluation(bandit_feedback=log, ope_estimators=list(ESTIMATORS.values()))
    values = judged.estimate_policy_values(action_dist=policy, estimated_rewards_by_reg_model=expected)
    rows = np.arange(len(log["action"]))
    columns = (
        policy[rows, log["action"], 0] / log["pscore"],
        log["reward"],
        expected[rows, log["action"], 0],
        np.average(expected[:, :, 0], weights=policy[:, :, 0], axis=1),
    )
    with (folder / f"{run}.csv").open("w") as file:
        for row in zip(*(column.astype(float).tolist() for column in columns)):
            file.write(",".join(map(repr, row)) + "\n")
    return {"run": run, "version": __version__, "truth": float(truth), "values": {code: float(values[each.estimator_name]) for code, each in ESTIMATORS.items()}}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    # The multi-class example draws from the global generator too.
    np.random.seed(SEED)
    for number in range(int(sys.argv[2])):
        print(json.dumps(one(sys.argv[1], number, Path(sys.argv[3]))), flush=True)
