using Greenery.Checks;
using Greenery.Models;
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

    /// <summary>Reads the folder without a database.</summary>
    /// <param name="sqlFolder">Where it is.</param>
    /// <param name="alsoVerify">Further checks of it; their faults are reported with the folder's own.</param>
    /// <param name="timeZone">What <c>:time_zone</c> stands for; null for UTC.</param>
    /// <exception cref="ConfigurationException">Something in it is wrong; all faults at once.</exception>
    public static Project Read(
        string sqlFolder, Func<Project, IEnumerable<Diagnostic>>? alsoVerify = null, TimeZoneInfo? timeZone = null)
    {
        var diagnostics = SqlFolderLayout.Verify(sqlFolder);
        var catalogue = ModelCatalogue.Read(
            sqlFolder, diagnostics, BusinessZone.NameOf(timeZone ?? TimeZoneInfo.Utc));
        var metrics = Metric.ReadAll(sqlFolder, catalogue, diagnostics);
        var checks = CheckCatalogue.Read(sqlFolder, catalogue, diagnostics, metrics);
        var project = new Project(sqlFolder, catalogue, checks, metrics)
        {
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
