namespace Greenery.Reports.Lineage;

/// <summary>A box, its upper left corner and its width.</summary>
public sealed record PlacedNode(LineageNode Node, double X, double Y, double Width);
