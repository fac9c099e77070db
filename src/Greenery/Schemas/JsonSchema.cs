using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Greenery.Sources;

namespace Greenery.Schemas;

/// <summary>A JSON Schema (draft 7, which editors know) of what readers take.</summary>
internal static class JsonSchema
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The text of a schema.</summary>
    /// <param name="title">What it is of.</param>
    /// <param name="schema">The schema of the whole.</param>
    public static string Write(string title, JsonObject schema)
    {
        var text = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = title,
        };
        foreach (var (key, value) in SchemaDefinitions.Extract(schema))
        {
            text[key] = value?.DeepClone();
        }
        return text.ToJsonString(Options).ReplaceLineEndings("\n") + "\n";
    }

    /// <summary>The schema of a mapping.</summary>
    public static JsonObject Of(PropertyShape shape)
    {
        var properties = new JsonObject();
        foreach (var (key, forms) in shape.Keys)
        {
            properties[key] = Of(forms, shape.Below(key));
        }
        return Object(properties, isClosed: shape.IsClosed);
    }

    /// <summary>A mapping.</summary>
    /// <param name="properties">The schema of each key.</param>
    /// <param name="isClosed">Whether there are no others.</param>
    public static JsonObject Object(JsonObject properties, bool isClosed) => new()
    {
        ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = !isClosed,
    };

    /// <summary>One of some schemas, or nothing: a key without a value is as one that is absent.</summary>
    public static JsonObject AnyOf(IEnumerable<JsonObject> schemas) => new()
    {
        ["anyOf"] = new JsonArray([.. schemas.Append(Type("null"))]),
    };

    /// <summary>A value that is text to a reader, in whatever way it is written.</summary>
    public static JsonObject Scalar() => Type("string", "number", "boolean");

    /// <summary>A list.</summary>
    public static JsonObject List(JsonObject item) => new() { ["type"] = "array", ["items"] = item };

    private static JsonObject Type(params string[] types) => new()
    {
        ["type"] = types is [var only] ? only : new JsonArray([.. types.Select(type => JsonValue.Create(type))]),
    };

    private static JsonObject Of(SortedSet<PropertyForm> forms, PropertyShape below)
    {
        var known = forms.Where(form => form != PropertyForm.Any).ToList();
        return known.Count == 0 ? [] : AnyOf(known.SelectMany(form => Of(form, below)));
    }

    private static IEnumerable<JsonObject> Of(PropertyForm form, PropertyShape below) => form switch
    {
        PropertyForm.Flag => [new JsonObject { ["enum"] = new JsonArray(true, false, "true", "false") }],
        PropertyForm.Number => [Type("number", "string")],
        PropertyForm.Texts => [Scalar(), List(Scalar())],
        PropertyForm.Map => [Of(below)],
        PropertyForm.Maps => [List(Of(below))],
        PropertyForm.NamedMaps => [List(OfNamed(below))],
        _ => [Scalar()],
    };

    // A name that its reader did not read to the end is not allowed in this place.
    private static JsonObject OfNamed(PropertyShape list)
    {
        var (names, properties) = (new JsonArray(), new JsonObject());
        foreach (var (name, shape) in list.Named.Where(named => named.Value.IsClosed))
        {
            names.Add(name);
            properties[name] = AnyOf([Of(shape)]);
        }
        var mapping = Object(properties, isClosed: true);
        mapping["maxProperties"] = 1;
        return new JsonObject
        {
            ["anyOf"] = new JsonArray(
                new JsonObject { ["enum"] = names },
                mapping,
                new JsonObject { ["type"] = "object", ["required"] = new JsonArray("test_name") }),
        };
    }
}
