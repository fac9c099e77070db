using System.Globalization;
using Greenery.Models;
using Greenery.Sources;

namespace Greenery.Publishing;

/// <summary>A partition of a source table whose rows are all older than the contract keeps.</summary>
/// <param name="Source">The table.</param>
/// <param name="Name">The partition, without schema and quotes.</param>
/// <param name="From">The first day of its time.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Models">Models by key that have computed rows of them, and keep these.</param>
/// <param name="IsKnown">Whether all kept runs and these models were computed with its rows, so that it can go.</param>
internal sealed record ExpiredPartition(
    SourceTable Source, string Name, DateOnly From, long Rows, IReadOnlyList<Model> Models, bool IsKnown)
{
    /// <summary>The first day after its time.</summary>
    public DateOnly To => Source.Partition!.Next(From);

    /// <summary>What a run does with it, for people.</summary>
    public string Plan => IsKnown ? $"{What} {Are} removed{Why}{Kept}"
        : $"{What} {Are} older than the contract keeps{Why}, to be removed when all kept runs, what environments "
            + "show, and all models by key have been computed with them";

    /// <summary>What a run did with it.</summary>
    public string Done => $"{What} {(Rows == 1 ? "was" : "were")} removed{Why}{Kept}";

    private string Are => Rows == 1 ? "is" : "are";

    private string What => $"staging.{Source.Name}: {Rows.ToString("N0", CultureInfo.InvariantCulture)} "
        + $"{(Rows == 1 ? "row" : "rows")} of {Source.Partition!.Describe(From)}";

    private string Why => $" (config: keep: {Source.Keep})";

    private string Kept => Models.Count == 0 ? ""
        : $"; {string.Join(", ", Models)} {(Models.Count == 1 ? "keeps" : "keep")} what was computed of them";
}
