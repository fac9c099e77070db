using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Greenery.Sources;

/// <summary>A value of a YAML file as JSON.</summary>
internal static class YamlJson
{
    /// <summary>Whether it is a null of YAML: nothing, <c>~</c> or <c>null</c>, not in quotes.</summary>
    public static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Value: null or "" or "~" or "null", Style: ScalarStyle.Plain };

    /// <summary>Its JSON; a scalar without quotes is a number, true, false or null where JSON has that.</summary>
    public static string Of(YamlNode node) => ToJson(node)?.ToJsonString() ?? "null";

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(pair =>
            KeyValuePair.Create((pair.Key as YamlScalarNode)?.Value ?? "", ToJson(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Select(ToJson)]),
        _ when IsNull(node) => null,
        YamlScalarNode { Style: ScalarStyle.Plain, Value: { } plain } => Plain(plain),
        _ => JsonValue.Create((node as YamlScalarNode)?.Value),
    };

    private static JsonValue? Plain(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonValue value ? value : JsonValue.Create(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}
