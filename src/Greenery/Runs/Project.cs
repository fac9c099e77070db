using Greenery.Checks;
using Greenery.Models;
using Greenery.Publishing;
using Greenery.Sources;
using Greenery.Warehouse;

namespace Greenery.Runs;

/// <summary>Everything the sql folder says, read and verified: source tables, models, checks, metrics.</summary>
/// <param name="SqlFolder">Where it was read.</param>
/// <param name="Catalogue">Source tables and models.</param>
/// <param name="Checks">In the order of the models.</param>
/// <param name="Metrics">By name.</param>
public sealed record Project(
    string SqlFolder, ModelCatalogue Catalogue, IReadOnlyList<Check> Checks, IReadOnlyList<Metric> Metrics)
{
    /// <summary>Tells the project's database from those of others; null where it has no name.</summary>
    public string? Name { get; init; }

    /// <summary>What people see the project called.</summary>
    public string Title { get; init; } = "";

    /// <summary>The code of the currency that its money is in.</summary>
    public string Currency => Catalogue.Currency;

    /// <summary>Who may read the marts.</summary>
    public ReaderRole Readers { get; init; } = ReaderRole.Usual;

    /// <summary>Where the marts are used, in the order of their file.</summary>
    public IReadOnlyList<Exposure> Exposures { get; init; } = [];

    /// <summary>What a person has to decide or may have forgotten; nothing that keeps a run from working.</summary>
    public IReadOnlyList<Diagnostic> Warnings =>
        [.. Catalogue.Warnings, .. ProjectWarnings.Find(Catalogue, Checks, Metrics)];

    /// <summary>Hash of all definitions, checks and metrics: two runs with the same judge by the same rules.</summary>
    public string Hash { get; } = ModelFingerprint.Hash(
        [
            .. Catalogue.Models.Select(model => model.Definition),
            CheckCatalogue.Hash(Checks),
            .. Metrics.Select(metric => $"{metric.Name} {metric.Sql}"),
        ]);

    /// <summary>The beginning of <see cref="Hash"/>, for people.</summary>
    public string ShortHash => Hash[..12];

    /// <summary>Reads the folder without a database.</summary>
    /// <param name="sqlFolder">Where it is.</param>
    /// <param name="alsoVerify">Further checks of it; their faults are reported with the folder's own.</param>
    /// <param name="timeZone">What <c>:time_zone</c> stands for; null for that of its file, or UTC.</param>
    /// <param name="name">The project's name, where a setting says it; null for that of its file.</param>
    /// <exception cref="ConfigurationException">Something in it is wrong; all faults at once.</exception>
    public static Project Read(
        string sqlFolder, Func<Project, IEnumerable<Diagnostic>>? alsoVerify = null, TimeZoneInfo? timeZone = null,
        string? name = null)
    {
        List<Diagnostic> diagnostics = [];
        var file = ProjectFile.Read(sqlFolder, diagnostics);
        var marts = file.Marts.Count == 0 ? Marts.Usual : new Marts(file.Marts);
        diagnostics.AddRange(SqlFolderLayout.Verify(sqlFolder, marts));
        var zone = BusinessZone.NameOf(timeZone ?? file.TimeZone ?? TimeZoneInfo.Utc);
        var catalogue = ModelCatalogue.Read(sqlFolder, diagnostics, zone, marts, file.Currency);
        var metrics = Metric.ReadAll(sqlFolder, catalogue, diagnostics);
        var checks = CheckCatalogue.Read(sqlFolder, catalogue, diagnostics, metrics);
        var project = new Project(sqlFolder, catalogue, checks, metrics)
        {
            Name = name ?? file.Name,
            Title = file.Title,
            Readers = new ReaderRole(file.ReaderRole, marts),
            Exposures = Exposure.ReadAll(sqlFolder, catalogue, metrics, diagnostics),
        };
        diagnostics.AddRange(alsoVerify?.Invoke(project) ?? []);
        return diagnostics.Count == 0 ? project : throw new ConfigurationException(diagnostics);
    }

    /// <summary>Has PostgreSQL look at the SQL of models and checks. Changes nothing.</summary>
    /// <exception cref="ConfigurationException">It refuses some.</exception>
    public async Task ValidateAsync(PostgresWarehouse warehouse, CancellationToken cancellationToken)
    {
        var diagnostics = new List<Diagnostic>();
        var queries = Checks.Select(check => (check.Place, CheckSql.Count(SqlText.Name(check.Model.Name), check)))
            .Concat(Metrics.Select(metric => (metric.File, metric.ValidationSql)));
        await new ModelValidator(warehouse).ValidateAsync(Catalogue, queries, diagnostics, cancellationToken);
        if (diagnostics.Count > 0)
        {
            throw new ConfigurationException(diagnostics);
        }
    }
}
