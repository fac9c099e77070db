namespace Greenery;

/// <summary>
/// What an app setting of Azure is while its secret cannot be read: the reference itself, taken literally. All who may
/// read the settings know it, so it is never a secret.
/// </summary>
internal static class KeyVaultReference
{
    /// <summary>What is wrong with such a setting.</summary>
    public const string Fault =
        "is a Key Vault reference that Azure could not resolve; expected the secret itself. See that the secret exists "
        + "and that the app's identity may read it, then restart the app.";

    private const string Prefix = "@Microsoft.KeyVault(";

    public static bool IsUnresolved(string? value) =>
        value?.TrimStart().StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) == true;
}
