using System.Data;
using Npgsql;

namespace Greenery.Presentation;

/// <summary>How long the queries of page and digest on the shop's own models may take.</summary>
internal static class ShopQuery
{
    /// <summary>
    /// They read some thousand rows of a table at most. What takes longer waits for a lock, or reads a model that was
    /// made a view over everything: page and digest do without it, and say so, rather than keep people waiting.
    /// </summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    /// <summary>What is said then.</summary>
    public static string Describe(TimeSpan limit) =>
        $"it took longer than {NumberFormat.Count((long)limit.TotalSeconds, "second")}";

    /// <summary>Whether a query was cancelled for that, or finds a connection that had to be cut for it.</summary>
    public static bool IsSlow(Exception exception, NpgsqlConnection connection) =>
        exception is NpgsqlException { InnerException: TimeoutException }
        || (exception is InvalidOperationException && connection.State != ConnectionState.Open);
}
