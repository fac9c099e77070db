namespace Greenery.Models;

/// <summary>The marts, in the order they are built. A model may read its own mart and those before it.</summary>
public static class Marts
{
    public static IReadOnlyList<string> InOrder { get; } = ["core", "marketing", "product"];

    /// <summary>The position in <see cref="InOrder"/>.</summary>
    public static int Rank(string mart) => InOrder.Index().First(x => x.Item == mart).Index;
}
