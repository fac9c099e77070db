namespace Greenery.Reports.Lineage;

/// <summary>The graph with a place for everything, in pixels.</summary>
/// <param name="Headings">The name over each group's columns, and where they begin.</param>
public sealed record LineageDrawing(
    double Width, double Height, IReadOnlyList<PlacedNode> Nodes, IReadOnlyList<PlacedEdge> Edges,
    IReadOnlyList<(string Text, double X)> Headings);
