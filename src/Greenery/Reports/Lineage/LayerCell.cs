namespace Greenery.Reports.Lineage;

/// <summary>A place in a column: a box, or the gap through which an edge passes that spans several columns.</summary>
internal sealed class LayerCell(LineageNode? node, int layer)
{
    /// <summary>Null for a gap.</summary>
    public LineageNode? Node { get; } = node;

    public int Layer { get; } = layer;

    /// <summary>What it is joined to in the column before.</summary>
    public List<LayerCell> Predecessors { get; } = [];

    /// <summary>The cells it is joined to in the next column.</summary>
    public List<LayerCell> Successors { get; } = [];

    /// <summary>Its row in the column, from 0.</summary>
    public int Row { get; set; }

    /// <summary>The middle of it, in pixels.</summary>
    public double Y { get; set; }

    public double Height => Node is null ? 12 : LineageLayout.BoxHeight;
}
