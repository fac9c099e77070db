namespace Greenery.Models;

/// <summary>Where the rows of an input are on a cluster, for a model that reads it.</summary>
public enum InputPlace
{
    /// <summary>Distributed by the same column: where the select joins by it, the rows are there.</summary>
    SameNode,

    /// <summary>A reference table.</summary>
    EveryNode,

    /// <summary>Distributed by something else: rows of it, or what is computed from them, move.</summary>
    OtherNodes,
}

/// <summary>One input of a model on a cluster.</summary>
/// <param name="Name">The model or source table.</param>
/// <param name="DistributedBy">The column that its rows are distributed by; null for a reference table.</param>
/// <param name="Place">Where its rows are.</param>
/// <param name="Through">The view through which the model reads it; null when it does so itself.</param>
public sealed record ColocatedInput(string Name, string? DistributedBy, InputPlace Place, string? Through);
