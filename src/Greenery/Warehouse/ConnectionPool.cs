using Npgsql;

namespace Greenery.Warehouse;

/// <summary>
/// How many connections a process may have at the same time: as many as a run needs, or it would wait for itself; and
/// few more, since a burst of requests must not take those of the people who query the marts.
/// </summary>
internal static class ConnectionPool
{
    /// <summary>Beyond a run's own, where the setting names no number: for requests and looks at what is due.</summary>
    public const int Reserve = 12;

    private const string Keyword = "Maximum Pool Size";

    /// <summary>Limits the pool, where the setting does not do it itself.</summary>
    /// <param name="parts">The setting.</param>
    /// <param name="least">What the host needs at the same time.</param>
    /// <exception cref="ConfigurationException">The setting allows fewer.</exception>
    public static void Fit(NpgsqlConnectionStringBuilder parts, int least)
    {
        if (!parts.Pooling)
        {
            return;
        }
        if (!parts.ShouldSerialize(Keyword))
        {
            parts.MaxPoolSize = Math.Max(least + Reserve, parts.MinPoolSize);
        }
        else if (parts.MaxPoolSize < least)
        {
            throw new ConfigurationException(
                "Greenery:Warehouse",
                $"has {Keyword}={parts.MaxPoolSize}; expected {least} or more, the connections that a run on this "
                + $"machine needs at the same time. Raise it, or leave it out: then it is {least + Reserve}.");
        }
    }
}
