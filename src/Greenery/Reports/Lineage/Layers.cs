namespace Greenery.Reports.Lineage;

/// <summary>
/// Sorts the cells of each column so that few edges cross: each pass moves every cell to the mean of its neighbours,
/// once from the left and once from the right (the barycentre method of Sugiyama, Tagawa and Toda, 1981), and the best
/// order seen is kept.
/// </summary>
internal static class Layers
{
    private const int Sweeps = 12;

    public static void Order(IReadOnlyList<List<LayerCell>> layers)
    {
        Number(layers);
        var (best, fewest) = (Rows(layers), Crossings(layers));
        for (var sweep = 0; sweep < Sweeps && fewest > 0; sweep++)
        {
            var isForward = sweep % 2 == 0;
            foreach (var layer in isForward ? layers.Skip(1) : layers.Reverse().Skip(1))
            {
                Sort(layer, isForward);
            }
            if (Crossings(layers) is var crossings && crossings < fewest)
            {
                (best, fewest) = (Rows(layers), crossings);
            }
        }
        foreach (var layer in layers)
        {
            layer.Sort((one, other) => best[one].CompareTo(best[other]));
        }
        Number(layers);
    }

    private static void Sort(List<LayerCell> layer, bool isForward)
    {
        var means = layer.ToDictionary(
            cell => cell, cell => Mean(isForward ? cell.Predecessors : cell.Successors, cell.Row));
        var sorted = layer.OrderBy(cell => means[cell]).ToList();
        layer.Clear();
        layer.AddRange(sorted);
        Number([layer]);
    }

    private static double Mean(List<LayerCell> neighbours, int otherwise) =>
        neighbours.Count == 0 ? otherwise : neighbours.Average(cell => cell.Row);

    private static Dictionary<LayerCell, int> Rows(IReadOnlyList<List<LayerCell>> layers) =>
        layers.SelectMany(layer => layer).ToDictionary(cell => cell, cell => cell.Row);

    private static void Number(IEnumerable<List<LayerCell>> layers)
    {
        foreach (var layer in layers)
        {
            foreach (var (row, cell) in layer.Index())
            {
                cell.Row = row;
            }
        }
    }

    private static int Crossings(IReadOnlyList<List<LayerCell>> layers) => layers.Sum(layer =>
    {
        var ends = layer.SelectMany(cell => cell.Successors.Select(other => other.Row).Order()).ToList();
        return ends.Index().Sum(one => ends.Skip(one.Index + 1).Count(other => other < one.Item));
    });
}
