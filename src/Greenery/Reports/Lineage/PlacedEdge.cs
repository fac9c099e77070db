namespace Greenery.Reports.Lineage;

/// <summary>
/// An edge and the points it goes through: out of the one box, through gaps between others, into the other box.
/// </summary>
public sealed record PlacedEdge(LineageEdge Edge, IReadOnlyList<(double X, double Y)> Points);
