using System.Runtime.Versioning;

namespace Greenery.Tests.Infra;

/// <summary>
/// infra/hooks/postprovision.sh: opens the firewall for itself, makes the roles, and closes it again, come what may.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class PostProvisionTests : IDisposable
{
    private const string Token = "token-that-must-not-be-shown";
    private const string Answers = $"case \"$*\" in *get-access-token*) echo {Token};; esac";

    private readonly ScriptProcess _script = new();

    private readonly Dictionary<string, string> _environment = new()
    {
        ["DATABASE_ID"] = "/subscriptions/s/resourceGroups/g/providers/Microsoft.DBforPostgreSQL/flexibleServers/psql",
        ["DATABASE_HOST"] = "psql.postgres.database.azure.com",
        ["DATABASE_NAME"] = "greenery",
        ["OPERATORS_NAME"] = "greenery operators",
        ["PIPELINE_ROLE"] = "id-greenery",
        ["PIPELINE_ID"] = "33333333-3333-3333-3333-333333333333",
        ["MY_ADDRESS"] = "203.0.113.7",
    };

    [Fact]
    public async Task It_lets_itself_in_makes_the_roles_and_shuts_the_door()
    {
        _script.With("az", Answers)
            .With("psql", $"test \"$PGPASSWORD\" = {Token} && test \"$PGUSER\" = 'greenery operators'");

        var (exitCode, output) = await _script.RunAsync("hooks/postprovision.sh", _environment);

        Assert.True(exitCode == 0, output);
        Assert.Equal(
            ["az rest --method put", "az account get-access-token", "psql --no-psqlrc --quiet --command",
                "psql --no-psqlrc --quiet --file", "az rest --method delete"],
            _script.Calls.Select(call =>
                string.Join(' ', call.Split(' ')
                .Take(call.StartsWith("az account", StringComparison.Ordinal) ? 3 : 4))));
        Assert.Contains("\"startIpAddress\": \"203.0.113.7\", \"endIpAddress\": \"203.0.113.7\"", _script.Calls[0],
            StringComparison.Ordinal);
        Assert.EndsWith(
            "roles.sql --output /dev/null --set role=id-greenery --set "
                + "principal=33333333-3333-3333-3333-333333333333 --set database=greenery",
            _script.Calls[3], StringComparison.Ordinal);
        Assert.DoesNotContain(Token, output + string.Concat(_script.Calls), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_door_is_shut_when_the_roles_cannot_be_made()
    {
        _script.With("az", Answers).With("psql", "case \"$*\" in *--file*) echo 'no such role' >&2; exit 3;; esac");

        var (exitCode, output) = await _script.RunAsync("hooks/postprovision.sh", _environment);

        Assert.Equal(3, exitCode);
        Assert.Contains("no such role", output, StringComparison.Ordinal);
        Assert.StartsWith("az rest --method delete", _script.Calls[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_missing_is_said_before_anything_is_opened()
    {
        _script.With("az", Answers).With("psql", "");
        _environment["DATABASE_HOST"] = "";

        var (exitCode, output) = await _script.RunAsync("hooks/postprovision.sh", _environment);

        Assert.Equal(2, exitCode);
        Assert.StartsWith("DATABASE_HOST is not set.", output, StringComparison.Ordinal);
        Assert.Empty(_script.Calls);
    }

    [Fact]
    public async Task It_can_be_left_out()
    {
        var (exitCode, output) = await _script.RunAsync("hooks/postprovision.sh", new() { ["SKIP_ROLES"] = "true" });

        Assert.Equal(0, exitCode);
        Assert.Contains("left as they are", output, StringComparison.Ordinal);
    }

    public void Dispose() => _script.Dispose();
}
