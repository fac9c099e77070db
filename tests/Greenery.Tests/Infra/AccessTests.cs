using System.Text.Json;
using System.Text.RegularExpressions;

namespace Greenery.Tests.Infra;

/// <summary>Who gets in, and how: identities and roles only, each where it is needed.</summary>
public sealed partial class AccessTests
{
    private const string Operators = "11111111-1111-1111-1111-111111111111";
    private const string Uploader = "22222222-2222-2222-2222-222222222222";
    private const string BlobReader = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1";
    private const string BlobContributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";

    [Fact]
    public void Roles_are_given_in_one_file() => Assert.Equal(
        ["rbac.bicep"],
        Templates.Files.Where(file => File.ReadAllText(file).Contains("roleAssignments@", StringComparison.Ordinal))
            .Select(Path.GetFileName));

    [Fact]
    public void No_template_asks_for_a_key_or_a_connection_string_with_one() => Assert.All(Templates.Files, file =>
        Assert.DoesNotMatch(Keys(), File.ReadAllText(file)));

    [Fact]
    public async Task Nothing_takes_a_key_or_a_password()
    {
        var prediction = await Templates.OpenAsync();

        var accounts = prediction.Of("Microsoft.Storage/storageAccounts");
        Assert.Equal(2, accounts.Count);
        Assert.All(accounts, account =>
            Assert.False(account.GetProperty("properties").GetProperty("allowSharedKeyAccess").GetBoolean()));
        Assert.All(accounts, account =>
            Assert.False(account.GetProperty("properties").GetProperty("allowBlobPublicAccess").GetBoolean()));
        var signIn = prediction.Properties("Microsoft.DBforPostgreSQL/flexibleServers").GetProperty("authConfig");
        Assert.Equal(("Enabled", "Disabled"),
            (signIn.GetProperty("activeDirectoryAuth").GetString(), signIn.GetProperty("passwordAuth").GetString()));
        Assert.True(prediction.Properties("Microsoft.KeyVault/vaults").GetProperty("enableRbacAuthorization")
            .GetBoolean());
        Assert.True(prediction.Properties("Microsoft.Insights/components").GetProperty("DisableLocalAuth")
            .GetBoolean());
        Assert.All(
            prediction.Of("Microsoft.Web/sites/basicPublishingCredentialsPolicies"),
            policy => Assert.False(policy.GetProperty("properties").GetProperty("allow").GetBoolean()));
    }

    [Fact]
    public async Task The_pipeline_may_read_drops_and_not_touch_them()
    {
        var assignments = Assignments(await Templates.PrivateAsync());

        Assert.Equal([BlobReader],
            Roles(assignments, "/containers/drops", principal => principal is not (Operators or Uploader)));
        Assert.Equal([BlobContributor], Roles(assignments, "/containers/drops", principal => principal == Uploader));
        Assert.Single(assignments, assignment => assignment.Principal == Uploader);
    }

    [Fact]
    public async Task No_person_and_no_uploader_has_a_role_in_the_hosts_account() => Assert.DoesNotContain(
        Assignments(await Templates.PrivateAsync()),
        assignment => assignment.Scope.Contains("/sthost", StringComparison.Ordinal) && assignment.Principal
            is Operators or Uploader);

    [Fact]
    public async Task No_role_reaches_beyond_one_resource()
    {
        var assignments = Assignments(await Templates.PrivateAsync());

        Assert.Equal(10, assignments.Count);
        Assert.All(assignments, assignment =>
            Assert.Matches(@"/resourceGroups/[^/]+/providers/Microsoft\.(Storage|KeyVault|Insights)/",
            assignment.Scope));
    }

    [Fact]
    public async Task Without_an_uploader_the_role_is_not_assigned() =>
        Assert.Equal(9, Assignments(await Templates.PlainAsync()).Count);

    private static string[] Roles(IEnumerable<(string Scope, string Role, string Principal)> assignments, string scope,
        Func<string, bool> isOne) =>
        [.. assignments.Where(assignment =>
            assignment.Scope.EndsWith(scope, StringComparison.Ordinal) && isOne(assignment.Principal))
            .Select(assignment => assignment.Role)];

    private static List<(string Scope, string Role, string Principal)> Assignments(Prediction prediction) =>
    [
        .. prediction.Of("Microsoft.Authorization/roleAssignments").Select(assignment => (
            assignment.GetProperty("id").GetString()!.Split("/providers/Microsoft.Authorization/")[0],
            assignment.GetProperty("properties").GetProperty("roleDefinitionId").GetString()!.Split('/')[^1],
            assignment.GetProperty("properties").GetProperty("principalId").GetString()!)),
    ];

    [GeneratedRegex(
        @"list(Keys|Secrets|ConnectionStrings|AccountSas)\w*\(|AccountKey=|SharedAccessKey|"
        + @"administratorLoginPassword|Password=", RegexOptions.IgnoreCase)]
    private static partial Regex Keys();
}
