# One environment: what the jobs in ../jobs need before the first dsx submit. Names match ../environments/*.conf.
# terraform init && terraform apply -var project=... -var region=us-central1

terraform {
  required_version = ">= 1.6"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 6.0"
    }
  }
}

variable "project" {
  type = string
}

variable "region" {
  type    = string
  default = "us-central1"
}

variable "kafka_vcpu" {
  description = "At least 3; 1 vCPU carries about 20 MB/s of writes."
  type        = number
  default     = 3
}

provider "google" {
  project = var.project
  region  = var.region
}

data "google_project" "this" {}

resource "google_project_service" "apis" {
  for_each           = toset(["dataproc", "storage", "cloudkms", "managedkafka", "bigquery", "compute"])
  service            = "${each.key}.googleapis.com"
  disable_on_destroy = false
}

# Jobs have internal addresses only: Private Google Access is how they reach Google's APIs, and they must reach each other.
resource "google_compute_network" "dsx" {
  name                    = "dsx"
  auto_create_subnetworks = false
}

resource "google_compute_subnetwork" "jobs" {
  name                     = "dsx-jobs"
  network                  = google_compute_network.dsx.id
  region                   = var.region
  ip_cidr_range            = "10.10.0.0/20"
  private_ip_google_access = true
}

resource "google_compute_firewall" "between_jobs" {
  name          = "dsx-between-jobs"
  network       = google_compute_network.dsx.id
  source_ranges = [google_compute_subnetwork.jobs.ip_cidr_range]
  allow {
    protocol = "all"
  }
}

resource "google_kms_key_ring" "dsx" {
  name     = "dsx"
  location = var.region
}

resource "google_kms_crypto_key" "lake" {
  name            = "lake"
  key_ring        = google_kms_key_ring.dsx.id
  rotation_period = "7776000s"
  lifecycle {
    prevent_destroy = true
  }
}

resource "google_kms_crypto_key_iam_member" "services" {
  for_each = toset([
    "service-${data.google_project.this.number}@gs-project-accounts.iam.gserviceaccount.com",
    "service-${data.google_project.this.number}@dataproc-accounts.iam.gserviceaccount.com",
    "service-${data.google_project.this.number}@compute-system.iam.gserviceaccount.com",
    "service-${data.google_project.this.number}@gcp-sa-managedkafka.iam.gserviceaccount.com",
    "bq-${data.google_project.this.number}@bigquery-encryption.iam.gserviceaccount.com",
  ])
  crypto_key_id = google_kms_crypto_key.lake.id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:${each.key}"
}

# Jars, lake, checkpoints and keys. The lake is the truth: versions are kept for a week so that a deletion by mistake can be undone; old jars go after 90 days.
resource "google_storage_bucket" "dsx" {
  name                        = "${var.project}-dsx"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  encryption {
    default_kms_key_name = google_kms_crypto_key.lake.id
  }
  soft_delete_policy {
    retention_duration_seconds = 604800
  }
  lifecycle_rule {
    condition {
      age            = 90
      matches_prefix = ["jars/"]
    }
    action {
      type = "Delete"
    }
  }
  # What a publish that was killed on its way to BigQuery has left behind.
  lifecycle_rule {
    condition {
      age            = 1
      matches_prefix = [".spark-bigquery-"]
    }
    action {
      type = "Delete"
    }
  }
  depends_on = [google_kms_crypto_key_iam_member.services]
}

# What jobs run as.
resource "google_service_account" "jobs" {
  account_id   = "dsx-jobs"
  display_name = "DatastreamX jobs"
}

resource "google_project_iam_member" "jobs" {
  for_each = toset(["roles/dataproc.worker", "roles/managedkafka.client", "roles/bigquery.jobUser"])
  project  = var.project
  role     = each.key
  member   = google_service_account.jobs.member
}

resource "google_storage_bucket_iam_member" "jobs" {
  bucket = google_storage_bucket.dsx.name
  role   = "roles/storage.objectUser"
  member = google_service_account.jobs.member
}

# Jobs look where their bucket lies before they write to it.
resource "google_storage_bucket_iam_member" "jobs_see_bucket" {
  bucket = google_storage_bucket.dsx.name
  role   = "roles/storage.legacyBucketReader"
  member = google_service_account.jobs.member
}

# What dsx submit and Airflow run as: may start jobs that run as dsx-jobs and bring jars; may not read keys.
resource "google_service_account" "submit" {
  account_id   = "dsx-submit"
  display_name = "DatastreamX submission"
}

resource "google_project_iam_member" "submit" {
  project = var.project
  role    = "roles/dataproc.editor"
  member  = google_service_account.submit.member
}

resource "google_service_account_iam_member" "submit_runs_as_jobs" {
  service_account_id = google_service_account.jobs.name
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.submit.member
}

resource "google_storage_bucket_iam_member" "submit_sees_bucket" {
  bucket = google_storage_bucket.dsx.name
  role   = "roles/storage.legacyBucketReader"
  member = google_service_account.submit.member
}

resource "google_storage_bucket_iam_member" "submit_writes_jars" {
  bucket = google_storage_bucket.dsx.name
  role   = "roles/storage.objectUser"
  member = google_service_account.submit.member
  condition {
    title      = "jars only"
    expression = "resource.name.startsWith(\"projects/_/buckets/${google_storage_bucket.dsx.name}/objects/jars/\")"
  }
}

resource "google_managed_kafka_cluster" "dsx" {
  cluster_id = "dsx"
  location   = var.region
  capacity_config {
    vcpu_count   = var.kafka_vcpu
    memory_bytes = var.kafka_vcpu * 4294967296
  }
  gcp_config {
    kms_key = google_kms_crypto_key.lake.id
    access_config {
      network_configs {
        subnet = google_compute_subnetwork.jobs.id
      }
    }
  }
}

resource "google_bigquery_dataset" "dsx" {
  dataset_id = "datastreamx"
  location   = var.region
  default_encryption_configuration {
    kms_key_name = google_kms_crypto_key.lake.id
  }
}

resource "google_bigquery_dataset_iam_member" "jobs" {
  dataset_id = google_bigquery_dataset.dsx.dataset_id
  role       = "roles/bigquery.dataEditor"
  member     = google_service_account.jobs.member
}
