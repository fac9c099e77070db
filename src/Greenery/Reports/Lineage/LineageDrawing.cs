namespace Greenery.Reports.Lineage;

/// <summary>The graph with a place for everything, in pixels.</summary>
/// <param name="Headings">The name over each group's columns, and where they begin.</param>
public sealed record LineageDrawing(
    double Width, double Height, IReadOnlyList<PlacedNode> Nodes, IReadOnlyList<PlacedEdge> Edges,
    IReadOnlyList<(string Text, double X)> Headings);

/// <summary>A box, its upper left corner and its width.</summary>
public sealed record PlacedNode(LineageNode Node, double X, double Y, double Width);

/// <summary>
/// An edge and the points it goes through: out of the one box, through gaps between others, into the other box.
/// </summary>
public sealed record PlacedEdge(LineageEdge Edge, IReadOnlyList<(double X, double Y)> Points);
