using System.Text.Json.Nodes;
using Greenery.Checks;
using Greenery.Models;
using Greenery.Models.UnitTests;
using Greenery.Sources;

namespace Greenery.Schemas;

/// <summary>
/// A document in which readers find every mapping that they have asked for so far, so that they ask for what is in it.
/// JSON, which is YAML.
/// </summary>
/// <param name="variant">Which of several values of a key is taken that decides what else is read.</param>
internal sealed class ShapeProbe(int variant)
{
    /// <summary>The name of the model, metric and column that the probe describes.</summary>
    public const string Name = "probe";

    // A table of that name would be in the way of the model.
    private const string Table = "probe_rows";

    private const string TypeKey = "type";

    // What a reader looks up before it reads on.
    private static readonly Dictionary<string, IReadOnlyList<string>> Values = new(StringComparer.Ordinal)
    {
        ["name"] = [Name],
        ["model"] = [Name],
        ["field"] = [Name],
        ["format"] = TestRowsReader.Formats,
        [TypeKey] = ModelContract.Types,
        ["data_type"] = ["integer"],
    };

    /// <summary>The number of variants that have to be read.</summary>
    public static int Variants { get; } = Values.Values.Max(values => values.Count);

    /// <summary>The document for what is known of a file's shape.</summary>
    public string Write(PropertyShape shape) => Map(shape, "").ToJsonString();

    private JsonObject Map(PropertyShape shape, string key)
    {
        var map = new JsonObject();
        foreach (var (name, forms) in shape.Keys)
        {
            if (Value(shape.Below(name), name, forms, key) is { } value)
            {
                map.Add(name, value);
            }
        }
        return map;
    }

    private JsonNode? Value(PropertyShape below, string key, SortedSet<PropertyForm> forms, string parent) =>
        forms.Contains(PropertyForm.NamedMaps) ? Named(below)
        : forms.Contains(PropertyForm.Maps) && !(forms.Contains(PropertyForm.Text) && variant % 2 == 1)
            ? new JsonArray(Map(below, key))
        : forms.Contains(PropertyForm.Map) ? Map(below, key)
        : Values.TryGetValue(key, out var values)
            ? key == "name" && parent == "tables" ? Table : values[variant % values.Count]
        // Its value may be read only where it is there.
        : forms.SetEquals([PropertyForm.Any]) ? Name
        : null;

    private JsonArray Named(PropertyShape list) =>
    [
        .. CheckKinds.Known.SelectMany(DeclaredCheck.NamesOf).Select(name => new JsonObject
        {
            [name] = list.Named.TryGetValue(name, out var shape) ? Map(shape, name) : new JsonObject(),
        }),
    ];
}
