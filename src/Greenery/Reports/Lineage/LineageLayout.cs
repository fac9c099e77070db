namespace Greenery.Reports.Lineage;

/// <summary>Draws boxes in columns from left to right. An edge that spans columns passes through gaps left for it.</summary>
internal static class LineageLayout
{
    public const double BoxWidth = 168;
    public const double BoxHeight = 42;
    private const double ColumnGap = 44;
    private const double RowGap = 10;
    private const double Top = 34;
    private const int Relaxations = 16;

    public static LineageDrawing Draw(IReadOnlyList<LineageNode> nodes, IReadOnlyList<LineageEdge> edges)
    {
        var cells = nodes.ToDictionary(node => node.Id, node => new LayerCell(node, node.Layer), StringComparer.Ordinal);
        var layers = Enumerable.Range(0, nodes.Count == 0 ? 0 : nodes.Max(node => node.Layer) + 1)
            .Select(layer => nodes.Where(node => node.Layer == layer).Select(node => cells[node.Id]).ToList()).ToList();
        var paths = edges.Select(edge => (edge, path: Join(cells[edge.From], cells[edge.To], layers))).ToList();
        Layers.Order(layers);
        Place(layers);
        return new LineageDrawing(
            (layers.Count * (BoxWidth + ColumnGap)) - ColumnGap,
            layers.SelectMany(layer => layer).Select(cell => cell.Y + (cell.Height / 2)).DefaultIfEmpty(Top).Max() + 2,
            [.. nodes.Select(node => new PlacedNode(node, X(node.Layer), cells[node.Id].Y - (BoxHeight / 2)))],
            [.. paths.Select(drawn => new PlacedEdge(drawn.edge, Points(drawn.path)))],
            [.. nodes.GroupBy(node => node.Group).Select(group => (group.Key, X(group.Min(node => node.Layer))))]);
    }

    private static List<LayerCell> Join(LayerCell from, LayerCell to, List<List<LayerCell>> layers)
    {
        var path = new List<LayerCell> { from };
        for (var layer = from.Layer + 1; layer < to.Layer; layer++)
        {
            path.Add(new LayerCell(null, layer));
            layers[layer].Add(path[^1]);
        }
        path.Add(to);
        foreach (var (one, next) in path.Zip(path.Skip(1)))
        {
            one.Behind.Add(next);
            next.Before.Add(one);
        }
        return path;
    }

    private static void Place(List<List<LayerCell>> layers)
    {
        foreach (var layer in layers)
        {
            Stack(layer, Top);
        }
        for (var i = 0; i < Relaxations; i++)
        {
            foreach (var layer in i % 2 == 0 ? layers.AsEnumerable() : layers.AsEnumerable().Reverse())
            {
                Relax(layer);
            }
        }
        var highest = layers.SelectMany(layer => layer).Select(cell => cell.Y - (cell.Height / 2)).DefaultIfEmpty(Top).Min();
        foreach (var cell in layers.SelectMany(layer => layer))
        {
            cell.Y += Top - highest;
        }
    }

    // Each goes to the mean of its neighbours; those that would overlap move apart, and together back to where they wanted.
    private static void Relax(List<LayerCell> layer)
    {
        var wanted = layer.Select(cell => cell.Before.Concat(cell.Behind).Select(other => other.Y).DefaultIfEmpty(cell.Y).Average()).ToList();
        foreach (var (i, cell) in layer.Index())
        {
            cell.Y = i == 0 ? wanted[i] : Math.Max(wanted[i], layer[i - 1].Y + Distance(layer[i - 1], cell));
        }
        var shift = layer.Count == 0 ? 0 : layer.Index().Average(x => wanted[x.Index] - x.Item.Y);
        foreach (var cell in layer)
        {
            cell.Y += shift;
        }
    }

    private static void Stack(List<LayerCell> layer, double from)
    {
        foreach (var (i, cell) in layer.Index())
        {
            cell.Y = i == 0 ? from + (cell.Height / 2) : layer[i - 1].Y + Distance(layer[i - 1], cell);
        }
    }

    private static double Distance(LayerCell one, LayerCell other) => ((one.Height + other.Height) / 2) + RowGap;

    private static double X(int layer) => layer * (BoxWidth + ColumnGap);

    private static List<(double X, double Y)> Points(List<LayerCell> path) =>
    [
        (X(path[0].Layer) + BoxWidth, path[0].Y),
        .. path.Skip(1).SkipLast(1).SelectMany(cell => new[] { (X(cell.Layer), cell.Y), (X(cell.Layer) + BoxWidth, cell.Y) }),
        (X(path[^1].Layer), path[^1].Y),
    ];
}
