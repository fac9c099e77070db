namespace Greenery.Models;

/// <summary>How the rows that a model's select returns come to its table on a cluster.</summary>
public enum ResultPath
{
    /// <summary>Each node writes what it has computed itself.</summary>
    OnNodes,

    /// <summary>Nodes send rows to each other.</summary>
    BetweenNodes,

    /// <summary>The coordinator receives all of them, and sends them to the nodes.</summary>
    ThroughCoordinator,
}

/// <summary>Which rows a cluster moves to compute a model in full, as its planner says.</summary>
/// <param name="Model">The model.</param>
/// <param name="Result">How the rows of the result come to the table.</param>
/// <param name="IsShuffled">Whether rows of the inputs move between nodes, for a join or a group.</param>
/// <param name="Pulled">
/// Inputs of which rows, or what is computed from them, go to the coordinator and from there to all nodes before the
/// select goes on; with one empty name where the planner does not say which.
/// </param>
public sealed record ModelTraffic(
    Model Model, ResultPath Result, bool IsShuffled, IReadOnlyList<string> Pulled)
{
    /// <summary>Whether each node computes its own rows from its own rows.</summary>
    public bool MovesNone => Result == ResultPath.OnNodes && !IsShuffled && Pulled.Count == 0;

    /// <summary>For people, in one line.</summary>
    public string Describe()
    {
        string?[] moves =
        [
            Result switch
            {
                ResultPath.OnNodes => null,
                ResultPath.BetweenNodes => "its rows are sent from the nodes that compute them to those that keep them",
                _ => "its rows go through the coordinator",
            },
            IsShuffled ? "rows that it reads move between the nodes" : null,
            Pulled.Count == 0 ? null : $"subqueries of {string.Join(", ", Pulled.Where(name => name.Length > 0)
                .DefaultIfEmpty("joins"))} go through the coordinator first",
        ];
        var said = string.Join("; ", moves.OfType<string>());
        return $"{Model}: {(said.Length == 0 ? "each node computes and keeps its own rows" : said)}.";
    }
}
