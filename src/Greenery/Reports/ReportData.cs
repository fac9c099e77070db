using Greenery.Checks;
using Greenery.Models;
using Greenery.Presentation;
using Greenery.Reports.Data;
using Greenery.Runs;
using Greenery.Sources;

namespace Greenery.Reports;

/// <summary>
/// What the components draw: the project's files, and, unless the page is made without, what the ledgers say.
/// </summary>
public sealed class ReportData
{
    private readonly ILookup<string, CheckHistory> _checks;
    private readonly ILookup<string, ViewColumn> _columns;
    private readonly Dictionary<string, Check> _declared;

    internal ReportData(Project project, OpsData? ledgers, Clock clock)
    {
        (Project, Ops, HasData, Clock) = (project, ledgers ?? new OpsData(), ledgers is not null, clock);
        RawRows = new RawRowMask(project.Catalogue.Sources);
        _checks = Ops.Checks.ToLookup(check => Key(check.Mart, check.Model), StringComparer.Ordinal);
        _columns = Ops.Columns.ToLookup(column => Key(column.Mart, column.Model), StringComparer.Ordinal);
        _declared = project.Checks.ToDictionary(check => check.Id, StringComparer.Ordinal);
        Open = new ReportProblems(this).Open();
        Recovered = new ReportProblems(this).Recovered();
        Feeds = project.Catalogue.Models.SelectMany(model =>
            model.Models.Concat(model.Sources).Select(read => (read, model)))
            .ToLookup(x => x.read, x => x.model, StringComparer.Ordinal);
    }

    public Project Project { get; }

    /// <summary>Empty when the page is made without data.</summary>
    public OpsData Ops { get; }

    /// <summary>False for <c>greenery docs</c>, which needs no database.</summary>
    public bool HasData { get; }

    public Clock Clock { get; }

    /// <summary>What is wrong now.</summary>
    public IReadOnlyList<ReportProblem> Open { get; }

    /// <summary>What was wrong in the last week of runs.</summary>
    public IReadOnlyList<ReportProblem> Recovered { get; }

    /// <summary>By a model's or a source table's name the models that read it.</summary>
    public ILookup<string, Model> Feeds { get; }

    internal RawRowMask RawRows { get; }

    /// <summary>The results of a model's checks, or, for mart <c>staging</c>, of a source table's.</summary>
    public IEnumerable<CheckHistory> ChecksOf(string mart, string model) => _checks[Key(mart, model)];

    /// <summary>
    /// The declaration of a check; null for one that Greenery makes itself, as that of freshness, or one that is not in
    /// the files any more.
    /// </summary>
    public Check? CheckOf(CheckHistory check) => _declared.GetValueOrDefault(check.Id);

    /// <summary>Who looks after a check.</summary>
    public string? OwnerOf(CheckHistory check) =>
        check.Mart == "staging" ? Source(check.Model)?.Owner
            : CheckOf(check)?.Owner ?? Project.Catalogue.Find(check.Model)?.Owner;

    /// <summary>
    /// The words to find a check by; of one that Greenery makes itself those of the model or source table.
    /// </summary>
    public IReadOnlyList<string> TagsOf(CheckHistory check) => CheckOf(check)?.Tags
        ?? (check.Mart == "staging" ? Source(check.Model)?.Tags : Project.Catalogue.Find(check.Model)?.Tags) ?? [];

    /// <summary>A model's columns as readers see them; none before it is published.</summary>
    public IEnumerable<ViewColumn> ColumnsOf(Model model) => _columns[model.ToString()];

    /// <summary>A model's checks as its files have them.</summary>
    public IEnumerable<Check> DeclaredOf(Model model) => Project.Checks.Where(check => check.Model.Name == model.Name);

    /// <summary>The source table of that name, or null.</summary>
    public SourceTable? Source(string name) => Project.Catalogue.Sources.FirstOrDefault(source => source.Name == name);

    private static string Key(string mart, string model) => $"{mart}.{model}";
}
