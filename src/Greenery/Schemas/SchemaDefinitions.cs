using System.Text.Json.Nodes;

namespace Greenery.Schemas;

/// <summary>Writes parts of a schema that it has several times once, in its definitions.</summary>
internal sealed class SchemaDefinitions
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<(JsonObject Schema, int Uses)> _parts = [];
    private readonly SortedDictionary<int, JsonObject> _written = [];

    /// <summary>The same schema, with definitions.</summary>
    public static JsonObject Extract(JsonObject schema)
    {
        var parts = new SchemaDefinitions();
        // The whole is a part that is used once.
        var whole = (JsonObject)parts.Resolve(parts.Collect(schema)!)!;
        if (parts._written.Count > 0)
        {
            whole["definitions"] = new JsonObject(parts._written.Select(part =>
                KeyValuePair.Create($"{part.Key}", (JsonNode?)part.Value)));
        }
        return whole;
    }

    // From the innermost out, so that two that are equal have equal parts. Each schema becomes its number.
    private JsonNode? Collect(JsonNode? node)
    {
        switch (node)
        {
            case JsonArray list:
                return new JsonArray([.. list.Select(Collect)]);
            case JsonObject map:
                var collected = new JsonObject(map.Select(pair => KeyValuePair.Create(pair.Key, Collect(pair.Value))));
                return IsSchema(map) ? Number(collected) : collected;
            default:
                return node?.DeepClone();
        }
    }

    // Among properties, 'type' is a key of the file.
    private static bool IsSchema(JsonObject map) => map["anyOf"] is JsonArray || map["type"] is JsonValue or JsonArray;

    private JsonObject Number(JsonObject schema)
    {
        var text = schema.ToJsonString();
        if (!_numbers.TryGetValue(text, out var number))
        {
            _numbers.Add(text, number = _parts.Count);
            _parts.Add((schema, 0));
        }
        _parts[number] = (_parts[number].Schema, _parts[number].Uses + 1);
        return new JsonObject { ["$ref"] = number };
    }

    private JsonNode? Resolve(JsonNode? node)
    {
        switch (node)
        {
            case JsonArray list:
                return new JsonArray([.. list.Select(Resolve)]);
            case JsonObject map when map["$ref"] is JsonValue value && value.TryGetValue<int>(out var number):
                return Place(number);
            case JsonObject map:
                return new JsonObject(map.Select(pair => KeyValuePair.Create(pair.Key, Resolve(pair.Value))));
            default:
                return node?.DeepClone();
        }
    }

    private JsonNode Place(int number)
    {
        var (schema, uses) = _parts[number];
        if (uses == 1)
        {
            return Resolve(schema)!;
        }
        if (!_written.ContainsKey(number))
        {
            _written[number] = (JsonObject)Resolve(schema)!;
        }
        return new JsonObject { ["$ref"] = $"#/definitions/{number}" };
    }
}
