namespace Greenery.Reports.Lineage;

/// <summary>A box and its upper left corner.</summary>
public sealed record PlacedNode(LineageNode Node, double X, double Y);
