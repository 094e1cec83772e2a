package io.datastreamx.contract.event;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** A JSON Schema (draft 2020-12) per event type, generated from {@link EventSchema}, for those who send events. */
public final class JsonSchemas {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private JsonSchemas() {}

    public static ObjectNode of(EventType type) {
        ObjectNode schema = object(EventSchema.of(type));
        ObjectNode root = NODES.objectNode();
        root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        root.put("title", type.wireName());
        root.put(
                "description",
                "One record of the topic " + type.topic().topicName() + ": an I-JSON message (RFC 7493) of at most "
                        + EventValidator.MAX_RECORD_BYTES + " bytes, nested at most " + EventValidator.MAX_NESTING
                        + " levels deep. Unknown fields are kept as they are written.");
        root.setAll(schema);
        ((ObjectNode) root.at("/properties/event_type")).removeAll().put("const", type.wireName());
        EventSchema.requirementOf(type).ifPresent(requirement -> require(root, requirement));
        return root;
    }

    private static void require(ObjectNode root, EventSchema.Requirement requirement) {
        root.putObject("if")
                .putObject("properties")
                .putObject(requirement.field())
                .put("const", requirement.value());
        ObjectNode then = root.putObject("then");
        then.putArray("required").add(requirement.required());
        then.putObject("properties")
                .putObject(requirement.required())
                .putObject("not")
                .put("type", "null");
    }

    private static ObjectNode object(List<Field> fields) {
        ObjectNode object = NODES.objectNode().put("type", "object");
        ObjectNode properties = object.putObject("properties");
        ArrayNode required = object.putArray("required");
        for (Field field : fields) {
            ObjectNode property = property(field);
            property.put("description", field.meaning());
            properties.set(field.name(), property);
            if (field.required()) {
                required.add(field.name());
            }
        }
        return object;
    }

    private static ObjectNode property(Field field) {
        ObjectNode type = type(field.type());
        if (field.required()) {
            return type;
        }
        ObjectNode nullable = NODES.objectNode();
        nullable.putArray("anyOf").add(type).add(NODES.objectNode().put("type", "null"));
        return nullable;
    }

    private static ObjectNode type(FieldType type) {
        ObjectNode node = NODES.objectNode();
        if (type instanceof FieldType.Text text) {
            return node.put("type", "string").put("minLength", 1).put("maxLength", text.max());
        } else if (type instanceof FieldType.OneOf oneOf) {
            ArrayNode values = node.putArray("enum");
            oneOf.values().forEach(values::add);
            return node;
        } else if (type instanceof FieldType.Whole whole) {
            return node.put("type", "integer").put("minimum", whole.min()).put("maximum", whole.max());
        } else if (type instanceof FieldType.Decimal decimal) {
            return node.put("type", "number").put("minimum", decimal.min()).put("maximum", decimal.max());
        } else if (type instanceof FieldType.Bool) {
            return node.put("type", "boolean");
        } else if (type instanceof FieldType.Time) {
            node.put("type", "string").put("format", "date-time").put("maxLength", FieldType.MAX_TEXT);
            return matching(node, EventTimes.PATTERN);
        } else if (type instanceof FieldType.SchemaVersion) {
            ArrayNode either = node.putArray("anyOf");
            either.addObject().put("type", "integer").put("minimum", 1).put("maximum", 9999);
            matching(either.addObject().put("type", "string"), Values.VERSION_PATTERN);
            return node;
        } else if (type instanceof FieldType.Objects objects) {
            node.put("type", "array").set("items", object(objects.fields()));
            return node;
        }
        throw new IllegalStateException("no schema for " + type);
    }

    /** In some dialects of regular expressions {@code $} stands before a last line end too. */
    private static ObjectNode matching(ObjectNode string, String pattern) {
        string.put("pattern", pattern).putObject("not").put("pattern", "\\n");
        return string;
    }
}
