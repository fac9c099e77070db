using FsCheck;
using FsCheck.Fluent;
using Greenery.Reports;
using Greenery.Reports.Lineage;

namespace Greenery.Tests.Reports;

/// <summary>Laws of the drawing, whatever the graph.</summary>
public sealed class LineageLayoutTests
{
    [Fact]
    public void Boxes_never_overlap_and_every_edge_leads_to_the_right() => Prop.ForAll(Graphs().ToArbitrary(), graph =>
    {
        var drawing = LineageLayout.Draw(graph.Nodes, graph.Edges);
        Assert.Equal(graph.Nodes.Count, drawing.Nodes.Count);
        Assert.Equal(graph.Edges.Count, drawing.Edges.Count);
        foreach (var column in drawing.Nodes.GroupBy(node => node.X))
        {
            var tops = column.Select(node => node.Y).Order().ToList();
            Assert.All(tops.Zip(tops.Skip(1)), pair =>
                Assert.True(pair.Second - pair.First >= LineageLayout.BoxHeight));
        }
        Assert.All(drawing.Nodes, node => Assert.InRange(node.Y, 0, drawing.Height - LineageLayout.BoxHeight));
        Assert.All(drawing.Nodes, node => Assert.InRange(node.X + node.Width, 0, drawing.Width + 0.1));
        Assert.All(drawing.Edges, edge =>
            Assert.All(edge.Points.Zip(edge.Points.Skip(1)), pair => Assert.True(pair.First.X < pair.Second.X)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_edge_begins_and_ends_at_its_boxes() => Prop.ForAll(Graphs().ToArbitrary(), graph =>
    {
        var drawing = LineageLayout.Draw(graph.Nodes, graph.Edges);
        var boxes = drawing.Nodes.ToDictionary(node => node.Node.Id);
        Assert.All(drawing.Edges, edge =>
        {
            var (from, to) = (boxes[edge.Edge.From], boxes[edge.Edge.To]);
            Assert.Equal((from.X + from.Width, from.Y + (LineageLayout.BoxHeight / 2)), edge.Points[0]);
            Assert.Equal((to.X, to.Y + (LineageLayout.BoxHeight / 2)), edge.Points[^1]);
        });
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Edges_that_need_not_cross_do_not()
    {
        var (a, b, c, d) = (Node("a", 0), Node("b", 0), Node("c", 1), Node("d", 1));
        var drawing = LineageLayout.Draw([a, b, c, d], [new LineageEdge("a", "d"), new LineageEdge("b", "c")]);
        var y = drawing.Nodes.ToDictionary(node => node.Node.Id, node => node.Y);
        Assert.Equal(y["a"] < y["b"], y["d"] < y["c"]);
    }

    [Fact]
    public void Nothing_is_drawn_of_nothing() => Assert.Empty(LineageLayout.Draw([], []).Nodes);

    private static Gen<(List<LineageNode> Nodes, List<LineageEdge> Edges)> Graphs() =>
        from layers in Gen.Choose(0, 5).ListOf().Where(list => list.Count > 0)
        from picks in Gen.Choose(0, 10_000).ListOf()
        select Make([.. layers], [.. picks]);

    private static (List<LineageNode> Nodes, List<LineageEdge> Edges) Make(List<int> layers, List<int> picks)
    {
        // Every column has a box, as every column of a real graph has.
        var nodes = layers.Concat(Enumerable.Range(0, layers.Max() + 1)).Select((layer, i) => Node($"n{i}", layer))
            .ToList();
        var pairs = nodes.SelectMany(_ => nodes, (from, to) => (from, to))
            .Where(pair => pair.from.Layer < pair.to.Layer).ToList();
        var edges = pairs.Count == 0 ? [] : picks.Select(pick => pairs[pick % pairs.Count]).Distinct()
            .Select(pair => new LineageEdge(pair.from.Id, pair.to.Id)).ToList();
        return (nodes, edges);
    }

    private static LineageNode Node(string id, int layer) =>
        new(id, id, "", $"column {layer}", layer, HealthStatus.Good, null);
}
