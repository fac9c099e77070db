using Greenery.Models.Sql;
using Greenery.Models.UnitTests;
using Greenery.Sources;
using Greenery.Warehouse;

namespace Greenery.Models;

/// <summary>All source tables and models of the sql folder, verified against each other.</summary>
public sealed class ModelCatalogue
{
    private readonly Dictionary<string, Model> _byName;

    private ModelCatalogue(IReadOnlyList<SourceTable> sources, IReadOnlyList<Model> models)
    {
        var usual = UsualDistribution(sources, models);
        Sources =
        [
            .. sources.Select(source => source with
            {
                FollowedColumns = Followed(source, models), Distribution = source.Distribution ?? usual,
            }),
        ];
        models =
        [
            .. models.Select(model => model.Materialization == Materialization.View ? model
                : model with { Distribution = model.Distribution ?? usual }),
        ];
        Models = [.. models.Select(model => model with { UnitesDistributed = UnitesDistributed(model, models) })];
        _byName = Models.ToDictionary(model => model.Name, StringComparer.Ordinal);
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

    /// <summary>In the order of their models.</summary>
    public IReadOnlyList<UnitTest> UnitTests { get; private set; } = [];

    /// <summary>The model of that name.</summary>
    public Model this[string name] => _byName[name];

    /// <summary>The model whose rows a part of page and digest shows; null where the project has none.</summary>
    public Model? Shown(ReportSection section) => Models.FirstOrDefault(model => model.Report == section);

    /// <summary>The model of that name, or null.</summary>
    public Model? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The model that a user names: <c>dim_users</c> or <c>core.dim_users</c>.</summary>
    /// <param name="command">Asked for it; the place of the message.</param>
    /// <param name="name">As it was typed.</param>
    /// <exception cref="ConfigurationException">There is no such model.</exception>
    public Model Named(string command, string name) =>
        Models.FirstOrDefault(model => model.Name == name || $"{model}" == name)
        ?? throw new ConfigurationException(command,
            $"'{name}' is no model; expected one of {NameList.Of([.. Models.Select(model => $"{model}")])}."
            + Suggestion.Sentence(name, Models.Select(model =>
                name.Contains('.', StringComparison.Ordinal) ? $"{model}" : model.Name)));

    /// <summary>
    /// The name that SQL has for what a property file names: <c>orders</c>, <c>ref('orders')</c> or
    /// <c>source('shop', 'orders')</c>. A text that names a table of another source is returned as it is.
    /// </summary>
    internal string BareName(string text) => TableName.Parse(text) switch
    {
        { Source: { } system, Name: var name } =>
            Sources.Any(source => source.System == system && source.IsReadAs(name)) ? name : text,
        var table => table.Name,
    };

    // On a cluster, what is on the coordinator alone cannot be joined with what is on all nodes within a transaction;
    // where nothing is spread, all is on the coordinator.
    private static Distribution? UsualDistribution(
        IReadOnlyList<SourceTable> sources, IReadOnlyList<Model> models) =>
        sources.Any(source => source.Distribution is not null) || models.Any(model => model.Distribution is not null)
            ? Distribution.Reference : null;

    /// <summary>Whether the project says of any table where its rows are on a cluster.</summary>
    public bool IsDistributed => Sources.Any(source => source.Distribution is not null);

    private static bool UnitesDistributed(Model model, IReadOnlyList<Model> models) =>
        model.Tokens.Any(IsUnion) && AreDistributed(model.Models, models);

    // Through views, as each model is read through one.
    private static bool AreDistributed(IEnumerable<string> names, IReadOnlyList<Model> models) =>
        models.Where(model => names.Contains(model.Name)).Any(model => model.Distribution is { IsReference: false }
            || (model.Materialization == Materialization.View && AreDistributed(model.Models, models)));

    private static bool IsUnion(SqlToken token) => token.Is("union");

    /// <summary>
    /// What is wrong with a select over models that is not a table of its own: with a union over distributed ones
    /// (<see cref="Model.UnitesDistributed"/>). Null for nothing.
    /// </summary>
    /// <param name="text">The select, with what it reads.</param>
    /// <param name="what">What it is, for people: <c>core.v is a view</c>.</param>
    /// <param name="reads">The models that it reads, by name.</param>
    internal Diagnostic? UnionFault(Model text, string what, IEnumerable<string> reads) =>
        text.Tokens.FirstOrDefault(IsUnion) is { Text: not null } union && AreDistributed(reads, Models)
            ? new Diagnostic($"{text.File}:{union.Line}", $"{what} with a union over distributed models, which a "
                + "cluster may compute wrongly without a word; expected the union in a model with 'materialized: "
                + "table', or by key.")
            : null;

    private static IEnumerable<Diagnostic> Undistributed(
        IReadOnlyList<SourceTable> sources, IReadOnlyList<Model> models) =>
        UsualDistribution(sources, models) is null ? [] : sources
            .Where(source => source is { Partition: not null, Distribution: null })
            .Select(source => (source.Place, Name: source.Name))
            .Concat(models.Where(model => model is { Partition: not null, Distribution: null })
                .Select(model => (Place: model.File, Name: $"{model}")))
            .Select(table => new Diagnostic(table.Place, $"'{table.Name}' has partition_by and no distributed_by. "
                + "Other tables of the project have one, and a table without it is on every node then, where a cluster "
                + "partitions none; expected distributed_by."));

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
        var sources = SourceCatalogue.Read(sqlFolder, diagnostics, marts.InOrder);
        var texts = marts.InOrder.SelectMany(mart => ReadMart(sqlFolder, mart, timeZone, diagnostics))
            .Select(text => text with { Model = text.Model with { Marts = marts } }).ToList();
        var unique = Unique(texts, sources, diagnostics);
        var resolved = ModelReferences.Resolve(unique, sources, diagnostics);
        var descriptions = new ModelDescriptions(
            resolved, texts.Select(text => (text.Model.Mart, text.Model.Name)).ToHashSet());
        var described = descriptions.Apply(sqlFolder, marts, diagnostics);
        RetentionNeeds.Verify(described, sources, diagnostics);
        var warnings = SqlFolderLayout.Leftovers(sqlFolder).ToList();
        warnings.AddRange(sources.Select(source => source.LoadedAt).OfType<SourceReference>()
            .Distinct().Select(field => new Diagnostic(field.Place, "'loaded_at_field' is not used: how old a table "
                + "is, the date of its newest drop says.")));
        var ordered = PersonalColumns.Inherit(
            ModelGraph.Order(described, sources, diagnostics), sources, warnings);
        foreach (var diagnostic in Undistributed(sources, ordered))
        {
            diagnostics.Add(diagnostic);
        }
        var catalogue = new ModelCatalogue(sources, ordered)
        {
            Marts = marts, Currency = currency, TimeZone = timeZone, Warnings = warnings,
        };
        foreach (var fault in catalogue.Models.Where(model => model.Materialization == Materialization.View)
            .Select(view => catalogue.UnionFault(view, $"{view} is a view", view.Models)).OfType<Diagnostic>())
        {
            diagnostics.Add(fault);
        }
        catalogue.UnitTests = UnitTestReader.Read(descriptions.UnitTests, catalogue);
        return catalogue;
    }

    private static IEnumerable<ModelText> ReadMart(
        string sqlFolder, string mart, string timeZone, ICollection<Diagnostic> diagnostics) =>
        SqlFolderLayout.ModelFiles(sqlFolder, mart).Select(path => ModelFile.Read(
            path, PropertyFiles.Name(sqlFolder, path), mart, timeZone, diagnostics));

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
}
