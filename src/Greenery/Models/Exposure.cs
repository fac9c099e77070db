using System.Text.RegularExpressions;
using Greenery.Sources;

namespace Greenery.Models;

/// <summary>
/// Where the marts are used: a dashboard, a notebook, an application. As <c>sql/exposures.yml</c> says, in the format
/// of dbt's exposures.
/// </summary>
public sealed partial record Exposure
{
    /// <summary>The file in the sql folder; a project without exposures has none.</summary>
    public const string FileName = "exposures.yml";

    private static readonly string[] Types = ["dashboard", "notebook", "analysis", "ml", "application"];

    public required string Name { get; init; }

    /// <summary>For people; the name where the file has none.</summary>
    public required string Label { get; init; }

    /// <summary>dashboard, notebook, analysis, ml or application.</summary>
    public required string Type { get; init; }

    /// <summary>Who looks after it: a name, an address or both.</summary>
    public required string Owner { get; init; }

    public string Description { get; init; } = "";

    /// <summary>Where it is; null where the file does not say.</summary>
    public Uri? Url { get; init; }

    /// <summary>The models it reads, those of its metrics among them.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>As messages name it: <c>Weekly board (dashboard, owner Ana)</c>.</summary>
    public override string ToString() => $"{Label} ({Type}, owner {Owner})";

    /// <summary>All of a project; what is wrong is added.</summary>
    public static IReadOnlyList<Exposure> ReadAll(
        string sqlFolder, ModelCatalogue catalogue, IReadOnlyList<Metric> metrics, ICollection<Diagnostic> diagnostics)
    {
        var path = Path.Combine(sqlFolder, FileName);
        var root = File.Exists(path)
            ? PropertyMap.Read(path, $"sql/{FileName}", diagnostics)?.Allow("version") : null;
        var files = PropertyFiles.With("exposures", sqlFolder, catalogue.Marts.InOrder, diagnostics).Prepend(root)
            .OfType<PropertyMap>();
        var exposures = files.SelectMany(file => file.Maps("exposures"))
            .Select(map => ReadOne(map, catalogue, metrics)).ToList();
        root?.Finish();
        return exposures;
    }

    private static Exposure ReadOne(PropertyMap map, ModelCatalogue catalogue, IReadOnlyList<Metric> metrics)
    {
        var name = map.RequiredText("name");
        var exposure = new Exposure
        {
            Name = name,
            Label = map.Text("label") ?? name,
            Type = ReadType(map),
            Owner = ReadOwner(map),
            Description = map.Text("description") ?? "",
            Url = ReadUrl(map),
            Models = [.. map.References("depends_on").SelectMany(reference =>
                Resolve(map, reference, catalogue, metrics))
                .Distinct()],
        };
        map.Allow("maturity", "tags", "meta", "config").Finish();
        return exposure;
    }

    private static string ReadType(PropertyMap map)
    {
        var type = map.RequiredText("type");
        if (type.Length > 0 && !Types.Contains(type))
        {
            map.Refuse($"'type: {type}' is no type of exposure; expected {string.Join(", ", Types)}."
                + Suggestion.Sentence(type, Types));
        }
        return type;
    }

    private static string ReadOwner(PropertyMap map)
    {
        var owner = map.Map("owner");
        string?[] parts = [owner?.Text("name"), owner?.Text("email")];
        owner?.Finish();
        var said = string.Join(", ", parts.Where(part => !string.IsNullOrWhiteSpace(part)));
        if (said.Length == 0)
        {
            map.Refuse("has no owner; expected 'owner: {name: ..., email: ...}' with at least one of them.");
        }
        return said;
    }

    // A link of another kind could run a script in the page.
    private static Uri? ReadUrl(PropertyMap map)
    {
        if (map.Text("url") is not { } text)
        {
            return null;
        }
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
        {
            return url;
        }
        map.Refuse($"'url: {text}' is no web address; expected one such as https://bi.example/boards/1.");
        return null;
    }

    private static IEnumerable<string> Resolve(
        PropertyMap map, SourceReference reference, ModelCatalogue catalogue, IReadOnlyList<Metric> metrics)
    {
        if (Call().Match(reference.Name) is { Success: true } call)
        {
            var name = call.Groups[2].Value;
            if (call.Groups[1].Value == "ref" && catalogue.Find(name) is { } model)
            {
                return [model.Name];
            }
            if (call.Groups[1].Value == "metric" && metrics.FirstOrDefault(one => one.Name == name) is { } metric)
            {
                return metric.Models;
            }
        }
        var known = catalogue.Models.Select(model => $"ref('{model.Name}')")
            .Concat(metrics.Select(metric => $"metric('{metric.Name}')")).ToArray();
        map.Refuse($"depends on \"{reference.Name}\", which is no model or metric; expected ref('...') or "
            + $"metric('...')."
            + Suggestion.Sentence(reference.Name, known));
        return [];
    }

    [GeneratedRegex(@"^(ref|metric)\(\s*['""]([a-z0-9_]+)['""]\s*\)$")]
    private static partial Regex Call();
}
