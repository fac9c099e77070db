using Greenery.Checks;
using Greenery.Models;

namespace Greenery.Runs;

/// <summary>Everything the sql folder says, read and verified: source tables, models, checks, metrics.</summary>
/// <param name="SqlFolder">Where it was read.</param>
/// <param name="Catalogue">Source tables and models.</param>
/// <param name="Checks">In the order of the models.</param>
/// <param name="Metrics">By name.</param>
public sealed record Project(
    string SqlFolder, ModelCatalogue Catalogue, IReadOnlyList<Check> Checks, IReadOnlyList<Metric> Metrics)
{
    /// <summary>Hash of all definitions and checks: two runs with the same judge by the same rules.</summary>
    public string Hash { get; } = Definitions.Hash(
        [.. Catalogue.Models.Select(model => model.Definition), CheckCatalogue.Hash(Checks)]);

    /// <summary>Reads the folder without a database.</summary>
    /// <exception cref="FaultException">Something in it is wrong; all faults at once.</exception>
    public static Project Read(string sqlFolder)
    {
        var faults = new List<Fault>();
        var catalogue = ModelCatalogue.Read(sqlFolder, faults);
        var checks = CheckCatalogue.Read(catalogue, faults);
        var metrics = Metric.ReadAll(sqlFolder, faults);
        return faults.Count == 0 ? new Project(sqlFolder, catalogue, checks, metrics) : throw new FaultException(faults);
    }
}
