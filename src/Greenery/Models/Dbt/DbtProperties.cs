using System.Text.RegularExpressions;
using Greenery.Sources;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Greenery.Models.Dbt;

/// <summary>Converts the property files of a project of dbt.</summary>
/// <param name="models">The models, by name.</param>
/// <param name="docs">The texts of <c>{% docs ... %}</c>, by name.</param>
internal sealed partial class DbtProperties(
    IReadOnlyDictionary<string, DbtModel> models, IReadOnlyDictionary<string, string> docs)
{
    private static readonly string[] Kept = ["version", "models", "unit_tests", "exposures", "sources"];

    private readonly HashSet<string> _described = new(StringComparer.Ordinal);

    /// <summary>The source tables that the files name, each with its place.</summary>
    public List<SourceReference> SourceTables { get; } = [];

    /// <summary>The file without what has no meaning here; null when nothing is left.</summary>
    public string? Convert(DbtFile file, ICollection<Diagnostic> left)
    {
        if (Load(file, left) is not { } root)
        {
            return null;
        }
        foreach (var key in root.Children.Keys.OfType<YamlScalarNode>()
            .Where(key => !Kept.Contains(key.Value!)).ToList())
        {
            left.Add(new Diagnostic($"{file.Place}:{key.Start.Line}", $"'{key.Value}' was left out: "
                + $"{Why(key.Value!)}."));
            root.Children.Remove(key);
        }
        TakeSources(file, root);
        foreach (var model in Items(root, "models"))
        {
            Configure(model, left);
        }
        WriteDocs(file, root, left);
        NameSources(root);
        return root.Children.Keys.Any(key => key is YamlScalarNode { Value: not "version" }) ? Write(root) : null;
    }

    /// <summary>
    /// A file for the models that have a configuration and are in no other; null when there are none.
    /// </summary>
    public string? Rest(ICollection<Diagnostic> left)
    {
        var rest = models.Keys.Where(name => !_described.Contains(name)).Order(StringComparer.Ordinal)
            .Select(name => new YamlMappingNode("name", name)).ToList();
        rest.ForEach(model => Configure(model, left));
        rest.RemoveAll(model => model.Children.Count == 1);
        return rest.Count == 0 ? null : Write(new YamlMappingNode(
            new YamlScalarNode("version"), new YamlScalarNode("2"),
            new YamlScalarNode("models"), new YamlSequenceNode(rest)));
    }

    private static YamlMappingNode? Load(DbtFile file, ICollection<Diagnostic> left)
    {
        try
        {
            using var reader = File.OpenText(file.FullPath);
            var yaml = new YamlStream();
            yaml.Load(reader);
            return yaml.Documents is [{ RootNode: YamlMappingNode root }] ? root : null;
        }
        catch (YamlException exception)
        {
            left.Add(new Diagnostic($"{file.Place}:{exception.Start.Line}", $"is no valid YAML: {exception.Message}"));
            return null;
        }
    }

    private void TakeSources(DbtFile file, YamlMappingNode root)
    {
        foreach (var table in Items(root, "sources").SelectMany(source => Items(source, "tables")))
        {
            if (table.Children.TryGetValue("name", out var name))
            {
                SourceTables.Add(new SourceReference($"{name}", $"{file.Place}:{table.Start.Line}"));
            }
        }
        // The contract has types and keys, which dbt's file has not: it is inferred.
        root.Children.Remove("sources");
    }

    private void Configure(YamlMappingNode map, ICollection<Diagnostic> left)
    {
        if (!map.Children.TryGetValue("name", out var name) || !models.TryGetValue($"{name}", out var model))
        {
            return;
        }
        _described.Add($"{name}");
        var config = map.Children.TryGetValue("config", out var there) && there is YamlMappingNode own
            ? own : new YamlMappingNode();
        var said = config.Children.TryGetValue("materialized", out var value) ? $"{value}" : null;
        foreach (var (key, setting) in model.Settings(said, left))
        {
            config.Children[key] = Value(setting);
        }
        if (config.Children.Count > 0)
        {
            map.Children["config"] = config;
        }
    }

    private static YamlNode Value(string text) => text.StartsWith('[')
        ? new YamlSequenceNode(text.Trim('[', ']').Split(',', StringSplitOptions.TrimEntries)
            .Select(item => new YamlScalarNode(item.Trim('"'))))
        : new YamlScalarNode(text.Trim('"'));

    // description: '{{ doc("orders_status") }}'
    private void WriteDocs(DbtFile file, YamlNode root, ICollection<Diagnostic> left)
    {
        foreach (var scalar in root.AllNodes.OfType<YamlScalarNode>()
            .Where(node => node.Value?.Contains("{{", StringComparison.Ordinal) == true))
        {
            scalar.Value = Doc().Replace(
                scalar.Value!, match => docs.GetValueOrDefault(match.Groups[1].Value, match.Value));
            if (Jinja.FindInText(scalar.Value).FirstOrDefault() is { } template && !TableName.IsCall(scalar.Value))
            {
                left.Add(new Diagnostic($"{file.Place}:{scalar.Start.Line}", Jinja.Refusal(template)));
            }
        }
    }

    // input: source('shop', 'orders'): the inferred contract does not know which system a table is of.
    private static void NameSources(YamlMappingNode root)
    {
        foreach (var scalar in root.AllNodes.OfType<YamlScalarNode>())
        {
            if (TableName.Parse(scalar.Value ?? "") is { Source: not null } table)
            {
                scalar.Value = table.Name;
            }
        }
    }

    private static IEnumerable<YamlMappingNode> Items(YamlMappingNode map, string key) =>
        map.Children.TryGetValue(key, out var list) && list is YamlSequenceNode items
            ? items.OfType<YamlMappingNode>() : [];

    private static string Why(string key) => key switch
    {
        "metrics" or "semantic_models" or "saved_queries" =>
            "a metric is a select in sql/metrics here, see 'Add a metric'",
        "seeds" => "a seed is a source table here, whose file is a drop",
        "snapshots" => "versions of rows are kept by 'config: {history: [...]}' of a source table",
        "macros" => "SQL is plain here",
        "groups" => "the owner of a model is in its 'meta'",
        _ => "it has no meaning here",
    };

    private static string Write(YamlMappingNode root)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        new YamlStream(new YamlDocument(root)).Save(writer, assignAnchors: false);
        var text = writer.ToString().ReplaceLineEndings("\n");
        return text.EndsWith("...\n", StringComparison.Ordinal) ? text[..^4] : text;
    }

    [GeneratedRegex(@"\{\{\s*doc\(\s*['""](\w+)['""]\s*\)\s*\}\}")]
    private static partial Regex Doc();
}
