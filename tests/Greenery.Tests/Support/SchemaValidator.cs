using System.Text.Json.Nodes;
using Greenery.Sources;
using YamlDotNet.RepresentationModel;

namespace Greenery.Tests.Support;

/// <summary>Validates a file by a JSON Schema, as far as generated schemas have keywords.</summary>
internal static class SchemaValidator
{
    /// <summary>A file of YAML as JSON.</summary>
    public static JsonNode? Parse(string yaml)
    {
        using var reader = new StringReader(yaml);
        var stream = new YamlStream();
        stream.Load(reader);
        return JsonNode.Parse(YamlJson.Of(stream.Documents[0].RootNode));
    }

    /// <summary>What does not fit, each with its place; empty when all does.</summary>
    public static IReadOnlyList<string> Validate(JsonObject schema, JsonNode? value, string place = "$")
    {
        if (schema["$ref"] is { } reference)
        {
            var name = reference.GetValue<string>()["#/definitions/".Length..];
            return Validate(schema.Root["definitions"]![name]!.AsObject(), value, place);
        }
        if (schema["anyOf"] is JsonArray choices)
        {
            var results = choices.Select(choice => Validate(choice!.AsObject(), value, place)).ToList();
            return results.Exists(result => result.Count == 0) ? []
                : results.OrderByDescending(result => result.Max(fault => fault.Length)).First();
        }
        var faults = new List<string>();
        if (schema["enum"] is JsonArray values && !values.Any(each => JsonNode.DeepEquals(each, value)))
        {
            faults.Add($"{place}: not one of {values.ToJsonString()}");
        }
        if (schema["type"] is { } type && !Types(type).Contains(Kind(value)))
        {
            faults.Add($"{place}: is a {Kind(value)}, not {type.ToJsonString()}");
        }
        else if (value is JsonObject map)
        {
            faults.AddRange(ValidateMap(schema, map, place));
        }
        else if (value is JsonArray list && schema["items"] is JsonObject items)
        {
            faults.AddRange(list.SelectMany((item, i) => Validate(items, item, $"{place}[{i}]")));
        }
        return faults;
    }

    private static IEnumerable<string> ValidateMap(JsonObject schema, JsonObject map, string place)
    {
        var properties = schema["properties"] as JsonObject ?? [];
        foreach (var (key, value) in map)
        {
            var known = properties[key] as JsonObject ?? schema["additionalProperties"] as JsonObject;
            if (known is null && schema["additionalProperties"] is JsonValue other && !other.GetValue<bool>())
            {
                yield return $"{place}.{key}: unknown key";
            }
            foreach (var fault in known is null ? [] : Validate(known, value, $"{place}.{key}"))
            {
                yield return fault;
            }
        }
        if (map.Count > (schema["maxProperties"]?.GetValue<int>() ?? int.MaxValue))
        {
            yield return $"{place}: too many keys";
        }
        foreach (var required in schema["required"] as JsonArray ?? [])
        {
            if (!map.ContainsKey(required!.GetValue<string>()))
            {
                yield return $"{place}: lacks {required}";
            }
        }
    }

    private static IEnumerable<string> Types(JsonNode type) =>
        type is JsonArray several ? several.Select(each => each!.GetValue<string>()) : [type.GetValue<string>()];

    private static string Kind(JsonNode? value) => value?.GetValueKind() switch
    {
        null or System.Text.Json.JsonValueKind.Null => "null",
        System.Text.Json.JsonValueKind.Object => "object",
        System.Text.Json.JsonValueKind.Array => "array",
        System.Text.Json.JsonValueKind.String => "string",
        System.Text.Json.JsonValueKind.Number => "number",
        _ => "boolean",
    };
}
