namespace Greenery.Reports.Lineage;

/// <summary>A box of the graph.</summary>
/// <param name="Id">Unique: <c>model:dim_users</c>, <c>source:users</c>, <c>drop:users</c>.</param>
/// <param name="Label">Its name.</param>
/// <param name="Caption">Its status in a few words; empty when the page has no data.</param>
/// <param name="Group">The heading of its columns: Drops, Staging, Core, ...</param>
/// <param name="Layer">Its column, from 0.</param>
/// <param name="Condition">Its colour and shape.</param>
/// <param name="Target">The entry of the dictionary it leads to; null for none.</param>
public sealed record LineageNode(
    string Id, string Label, string Caption, string Group, int Layer, HealthStatus Condition, string? Target);
