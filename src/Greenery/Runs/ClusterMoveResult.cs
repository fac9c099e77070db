using Greenery.Warehouse;

namespace Greenery.Runs;

/// <summary>What became of a warehouse's tables on a cluster.</summary>
public sealed class ClusterMoveResult
{
    /// <summary>Tables that were moved, with their schemas.</summary>
    public IList<string> Moved { get; } = [];

    /// <summary>Tables of models that readers see and the next run makes anew, and why they cannot be moved.</summary>
    public IList<string> Rebuilt { get; } = [];

    /// <summary>
    /// Tables whose rows of before are still on the coordinator's disk, because others were reading them; nothing
    /// else reads them any more.
    /// </summary>
    public IEnumerable<string> Kept => Left.Select(move => $"{move}");

    internal List<TableMove> Left { get; } = [];

    /// <summary>For people, in one line.</summary>
    public override string ToString() => string.Join(' ',
    [
        Moved.Count > 0 ? $"Tables moved within the cluster: {Moved.Count}."
            : Rebuilt.Count == 0 ? "Every table is where the project has it."
            : "No other table has to move.",
        .. Rebuilt.Count == 0 ? Array.Empty<string>()
            : [$"Tables of models that cannot be moved, and that the next run makes anew: {Rebuilt.Count}."],
        .. Left.Count == 0 ? Array.Empty<string>()
            : [$"The coordinator still has the rows of before of {string.Join(", ", Kept)} on its disk, because others "
                + "were reading them: run it again to free them."],
    ]);
}

/// <summary>A table that is to be elsewhere.</summary>
/// <param name="Name">Quoted, with its schema.</param>
/// <param name="Distribution">Where it is to be; null for the coordinator.</param>
/// <param name="Beside">A table whose rows with the same value are to be on the same node; null for any.</param>
/// <param name="WidenKey">Statements that come before; null for none.</param>
/// <param name="Shown">Mart, model and name, without quotes, of a table that readers see; null for others.</param>
/// <param name="IsOfModel">Whether it is a model's.</param>
internal sealed record TableMove(
    string Name, Distribution? Distribution, string? Beside, string? WidenKey,
    (string Mart, string Model, string Table)? Shown, bool IsOfModel)
{
    /// <summary>The schema that it is in.</summary>
    public string Schema => IsOfModel ? "warehouse" : "staging";

    /// <summary>For people.</summary>
    public override string ToString() => Name.Replace("\"", "", StringComparison.Ordinal);
}
