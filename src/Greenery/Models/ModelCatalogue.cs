using Greenery.Sources;
using Greenery.Warehouse;

namespace Greenery.Models;

/// <summary>All source tables and models of the sql folder, verified against each other.</summary>
public sealed class ModelCatalogue
{
    private readonly Dictionary<string, Model> _byName;

    private ModelCatalogue(IReadOnlyList<SourceTable> sources, IReadOnlyList<Model> models)
    {
        Sources = [.. sources.Select(source => source with { FollowedColumns = Followed(source, models) })];
        Models = models;
        _byName = models.ToDictionary(model => model.Name, StringComparer.Ordinal);
    }

    public IReadOnlyList<SourceTable> Sources { get; }

    /// <summary>The marts, in order.</summary>
    public Marts Marts { get; private init; } = Marts.Usual;

    /// <summary>What the unit <c>money</c> stands for.</summary>
    public string Currency { get; private init; } = "USD";

    /// <summary>What <c>:time_zone</c> stands for.</summary>
    public string TimeZone { get; private init; } = BusinessZone.Utc;

    /// <summary>What a person has to decide; nothing that keeps a run from working.</summary>
    public IReadOnlyList<Diagnostic> Warnings { get; private init; } = [];

    /// <summary>
    /// In an order in which each model comes after all that it reads: by mart, then by dependency, then by name.
    /// </summary>
    public IReadOnlyList<Model> Models { get; }

    /// <summary>The model of that name.</summary>
    public Model this[string name] => _byName[name];

    /// <summary>The model whose rows a part of page and digest shows; null where the project has none.</summary>
    public Model? Shown(ReportSection section) => Models.FirstOrDefault(model => model.Report == section);

    /// <summary>The model of that name, or null.</summary>
    public Model? Find(string name) => _byName.GetValueOrDefault(name);

    // What is no column of the contract is a fault elsewhere. A history is followed by its key.
    private static IReadOnlyList<string> Followed(SourceTable source, IReadOnlyList<Model> models)
    {
        var followed = models.SelectMany(model => model.Inputs)
            .SelectMany(input => input.Name == source.Name ? input.FollowedColumns
                : source.HasHistory && input.Name == source.HistoryName ? source.PrimaryKey : [])
            .ToHashSet(StringComparer.Ordinal);
        return [.. source.Columns.Select(column => column.Name).Where(followed.Contains)];
    }

    /// <summary>Reads and verifies the folder without a database; all faults come at once.</summary>
    /// <param name="sqlFolder">Where it is.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    /// <param name="timeZone">What <c>:time_zone</c> stands for in its files.</param>
    /// <param name="marts">Its marts; null for the usual ones.</param>
    /// <param name="currency">What the unit <c>money</c> stands for.</param>
    public static ModelCatalogue Read(
        string sqlFolder, ICollection<Diagnostic> diagnostics, string timeZone = BusinessZone.Utc, Marts? marts = null,
        string currency = "USD")
    {
        marts ??= Marts.Usual;
        var sources = SourceCatalogue.Read(sqlFolder, diagnostics);
        var texts = marts.InOrder.SelectMany(mart => ReadMart(sqlFolder, mart, timeZone, diagnostics))
            .Select(text => text with { Model = text.Model with { Marts = marts } }).ToList();
        var unique = Unique(texts, sources, diagnostics);
        var resolved = ModelReferences.Resolve(unique, sources, diagnostics);
        var described = Describe(sqlFolder, marts, resolved, diagnostics);
        var warnings = SqlFolderLayout.Leftovers(sqlFolder).ToList();
        var ordered = PersonalColumns.Inherit(
            ModelGraph.Order(described, sources, diagnostics), sources, warnings);
        return new ModelCatalogue(sources, ordered)
        {
            Marts = marts, Currency = currency, TimeZone = timeZone, Warnings = warnings,
        };
    }

    private static IEnumerable<ModelText> ReadMart(
        string sqlFolder, string mart, string timeZone, ICollection<Diagnostic> diagnostics)
    {
        var folder = Path.Combine(sqlFolder, mart);
        return Directory.Exists(folder)
            ? Directory.GetFiles(folder, "*.sql").Order(StringComparer.Ordinal)
                .Select(path => ModelFile.Read(
                    path, $"sql/{mart}/{Path.GetFileName(path)}", mart, timeZone, diagnostics))
            : [];
    }

    private static List<ModelText> Unique(
        List<ModelText> texts, IReadOnlyList<SourceTable> sources, ICollection<Diagnostic> diagnostics)
    {
        var places = sources.DistinctBy(source => source.Name)
            .ToDictionary(source => source.Name, source => source.Place, StringComparer.Ordinal);
        foreach (var source in sources.Where(source => source.HasHistory))
        {
            places.TryAdd(source.HistoryName, $"the history of {source.Place}");
        }
        return texts.Where(text =>
        {
            if (places.TryAdd(text.Model.Name, text.Model.File))
            {
                return true;
            }
            diagnostics.Add(new Diagnostic(text.Model.File,
                $"the name '{text.Model.Name}' is taken by {places[text.Model.Name]}; names are used bare, so each "
                + "model and source table needs its own."));
            return false;
        }).ToList();
    }

    private static List<Model> Describe(
        string sqlFolder, Marts marts, List<Model> models, ICollection<Diagnostic> diagnostics)
    {
        var byName = models.ToDictionary(model => model.Name, StringComparer.Ordinal);
        var described = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var mart in marts.InOrder.Where(mart => File.Exists(PropertyFile(sqlFolder, mart))))
        {
            var root = PropertyMap.Read(PropertyFile(sqlFolder, mart), $"sql/{mart}/{mart}.yml", diagnostics)?.Allow(
                "version");
            foreach (var map in root?.Maps("models") ?? [])
            {
                DescribeOne(map, sqlFolder, mart, byName, described);
            }
            root?.Finish();
        }
        foreach (var section in byName.Values.Where(model => model.Report is not null)
            .GroupBy(model => model.Report!.Value).Where(section => section.Count() > 1))
        {
            diagnostics.Add(new Diagnostic(
                section.Last().File, $"is to be shown as report '{EnumText.Name(section.Key)}' like "
                + $"{section.First().File}; expected one model with 'meta: {{report: "
                + $"{EnumText.Name(section.Key)}}}'."));
        }
        return [.. models.Select(model => byName[model.Name])];
    }

    private static void DescribeOne(
        PropertyMap map, string sqlFolder, string mart, Dictionary<string, Model> models,
        Dictionary<string, string> described)
    {
        var name = map.RequiredText("name");
        var isElsewhere = models.TryGetValue(name, out var other) && other.Mart != mart;
        if (name.Length == 0 || (isElsewhere && File.Exists(Path.Combine(sqlFolder, mart, $"{name}.sql"))))
        {
            // The missing name, or the file whose name is taken, is a fault already.
            return;
        }
        if (!models.TryGetValue(name, out var model) || model.Mart != mart)
        {
            var known = models.Values.Where(other => other.Mart == mart).Select(other => other.Name);
            map.Refuse($"describes '{name}', but there is no sql/{mart}/{name}.sql.{Suggestion.Sentence(name, known)}");
        }
        else if (!described.TryAdd(name, map.Place))
        {
            map.Refuse($"model '{name}' is already described at {described[name]}.");
        }
        else
        {
            models[name] = ModelProperties.Apply(model, map);
        }
    }

    private static string PropertyFile(string sqlFolder, string mart) => Path.Combine(sqlFolder, mart, $"{mart}.yml");
}
