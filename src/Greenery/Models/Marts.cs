namespace Greenery.Models;

/// <summary>
/// A project's marts, in the order they are built. A model may read its own mart and those before it.
/// </summary>
/// <param name="InOrder">Names of folders and schemas.</param>
public sealed record Marts(IReadOnlyList<string> InOrder)
{
    /// <summary>Those of a project that names none.</summary>
    public static Marts Usual { get; } = new(["core", "marketing", "product"]);

    /// <summary>
    /// SQL for a search path by which models are found by their bare names, as readers see them. No mart's name needs
    /// quotes.
    /// </summary>
    public string SearchPath => ToString();

    /// <summary>The position in <see cref="InOrder"/>; a mart that is there no more comes last.</summary>
    public int Rank(string mart) =>
        InOrder.Index().Where(x => x.Item == mart).Select(x => x.Index).FirstOrDefault(InOrder.Count);

    /// <summary>Whether the project has the mart.</summary>
    public bool Has(string mart) => InOrder.Contains(mart);

    /// <summary>For people.</summary>
    public override string ToString() => string.Join(", ", InOrder);
}
