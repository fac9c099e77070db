using System.Data;
using System.Text.Json;
using Npgsql;

namespace Greenery.Warehouse;

/// <summary>Rows of a user's model that do not fit the record they are read into.</summary>
internal static class UnfitRows
{
    /// <summary>
    /// A column that is missing, one whose type cannot be cast, or a number that is none or has too many digits.
    /// </summary>
    public static bool Is(Exception exception) => exception
        is PostgresException { IsTransient: false } or InvalidOperationException or InvalidCastException
        or DataException or OverflowException or JsonException;

    /// <summary>What is wrong, for people.</summary>
    public static string Describe(Exception exception) => exception is PostgresException refused
        ? PostgresMessage.Of(refused)
        : "a column has another type than it had, or a number is NaN, Infinity or of more than 28 digits";
}
