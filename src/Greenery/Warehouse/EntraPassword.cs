using Azure.Core;
using Azure.Identity;
using Npgsql;

namespace Greenery.Warehouse;

/// <summary>
/// A token of the ambient identity in the password's place, as Azure Database for PostgreSQL takes it (documentation:
/// "Use Microsoft Entra ID for authentication with Azure Database for PostgreSQL").
/// </summary>
internal static class EntraPassword
{
    private const string Scope = "https://ossrdbms-aad.database.windows.net/.default";

    private const string AzureHosts = ".postgres.database.azure.com";

    // A token lasts an hour or more; asked for more often, the identity's own cache answers.
    private static readonly TimeSpan RenewEvery = TimeSpan.FromMinutes(20);

    private static readonly TimeSpan RenewAfterFailure = TimeSpan.FromSeconds(5);

    /// <summary>Takes it where the server is Azure's and no password is given.</summary>
    public static void UseIfNeeded(NpgsqlDataSourceBuilder builder)
    {
        if (!IsNeeded(builder.ConnectionStringBuilder))
        {
            return;
        }
        var identity = new DefaultAzureCredential();
        builder.UsePeriodicPasswordProvider(
            async (_, cancellationToken) =>
                (await identity.GetTokenAsync(new TokenRequestContext([Scope]), cancellationToken)).Token,
            RenewEvery, RenewAfterFailure);
    }

    /// <summary>Whether a connection string asks for it.</summary>
    public static bool IsNeeded(NpgsqlConnectionStringBuilder parts) =>
        string.IsNullOrEmpty(parts.Password)
            && parts.Host?.EndsWith(AzureHosts, StringComparison.OrdinalIgnoreCase) == true;
}
