namespace Greenery.Reports.Lineage;

/// <summary>
/// Draws boxes in columns from left to right. An edge that spans columns passes through gaps left for it.
/// </summary>
internal static class LineageLayout
{
    public const double BoxHeight = 42;

    /// <summary>Longer names are cut.</summary>
    public const int LongestLabel = 24;

    private const double ColumnGap = 30;
    private const double RowGap = 10;
    private const double Top = 34;
    private const int Relaxations = 16;

    public static LineageDrawing Draw(IReadOnlyList<LineageNode> nodes, IReadOnlyList<LineageEdge> edges)
    {
        var cells = nodes.ToDictionary(node => node.Id, node =>
            new LayerCell(node, node.Layer), StringComparer.Ordinal);
        var layers = Enumerable.Range(0, nodes.Count == 0 ? 0 : nodes.Max(node => node.Layer) + 1)
            .Select(layer => nodes.Where(node => node.Layer == layer).Select(node => cells[node.Id]).ToList()).ToList();
        var paths = edges.Select(edge => (edge, path: Join(cells[edge.From], cells[edge.To], layers))).ToList();
        Layers.Order(layers);
        Place(layers);
        var columns = Columns(layers);
        return new LineageDrawing(
            columns.Count == 0 ? 0 : columns[^1].X + columns[^1].Width,
            layers.SelectMany(layer => layer).Select(cell => cell.Y + (cell.Height / 2)).DefaultIfEmpty(Top).Max() + 2,
            [.. nodes.Select(node =>
                new PlacedNode(node, columns[node.Layer].X, cells[node.Id].Y
                - (BoxHeight / 2), columns[node.Layer].Width))],
            [.. paths.Select(drawn => new PlacedEdge(drawn.edge, Points(drawn.path, columns)))],
            [.. nodes.GroupBy(node => node.Group)
                .Select(group => (group.Key, columns[group.Min(node => node.Layer)].X))]);
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
            one.Successors.Add(next);
            next.Predecessors.Add(one);
        }
        return path;
    }

    // The fullest column says how tall the drawing is; the others find their places beside it.
    private static void Place(List<List<LayerCell>> layers)
    {
        var bottom = layers.Select(Stack).DefaultIfEmpty(Top).Max();
        for (var i = 0; i < Relaxations; i++)
        {
            foreach (var layer in i % 2 == 0 ? layers.AsEnumerable() : layers.AsEnumerable().Reverse())
            {
                Relax(layer);
                Confine(layer, bottom);
            }
        }
    }

    /// <summary>Puts one below the other, and says where that ends.</summary>
    private static double Stack(List<LayerCell> layer)
    {
        foreach (var (i, cell) in layer.Index())
        {
            cell.Y = i == 0 ? Top + (cell.Height / 2) : layer[i - 1].Y + Distance(layer[i - 1], cell);
        }
        return layer.Count == 0 ? Top : layer[^1].Y + (layer[^1].Height / 2);
    }

    // Each goes to the mean of its neighbours; those that would overlap move apart, and together back to where they
    // wanted.
    private static void Relax(List<LayerCell> layer)
    {
        var wanted = layer.Select(cell =>
            cell.Predecessors.Concat(cell.Successors)
                .Select(other => other.Y).DefaultIfEmpty(cell.Y).Average()).ToList();
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

    private static void Confine(List<LayerCell> layer, double bottom)
    {
        for (var i = layer.Count - 1; i >= 0; i--)
        {
            var most = i == layer.Count - 1 ? bottom - (layer[i].Height / 2) : layer[i + 1].Y
                - Distance(layer[i], layer[i + 1]);
            layer[i].Y = Math.Min(layer[i].Y, most);
        }
        for (var i = 0; i < layer.Count; i++)
        {
            var least = i == 0 ? Top + (layer[i].Height / 2) : layer[i - 1].Y + Distance(layer[i - 1], layer[i]);
            layer[i].Y = Math.Max(layer[i].Y, least);
        }
    }

    private static double Distance(LayerCell one, LayerCell other) => ((one.Height + other.Height) / 2) + RowGap;

    // As wide as the longest text in it asks for.
    private static List<(double X, double Width)> Columns(List<List<LayerCell>> layers)
    {
        var columns = new List<(double X, double Width)>();
        foreach (var layer in layers)
        {
            var width = layer.Select(cell => cell.Node).OfType<LineageNode>()
                .Select(node => Math.Max(7.1 * Math.Min(node.Label.Length, LongestLabel), 6 * node.Caption.Length) + 42)
                .DefaultIfEmpty(60).Max();
            columns.Add((columns.Count == 0 ? 0 : columns[^1].X + columns[^1].Width + ColumnGap, width));
        }
        return columns;
    }

    private static List<(double X, double Y)> Points(List<LayerCell> path, List<(double X, double Width)> columns)
    {
        double Left(LayerCell cell) => columns[cell.Layer].X;
        double Right(LayerCell cell) => columns[cell.Layer].X + columns[cell.Layer].Width;
        return
        [
            (Right(path[0]), path[0].Y),
            .. path.Skip(1).SkipLast(1).SelectMany(cell => new[] { (Left(cell), cell.Y), (Right(cell), cell.Y) }),
            (Left(path[^1]), path[^1].Y),
        ];
    }
}
