using System.Runtime.Versioning;
using Greenery.Tests.Support;

namespace Greenery.Tests.Infra;

/// <summary>
/// infra/hooks/postprovision.sh: opens the firewall for itself, makes the roles, and closes it again, come what may.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class PostProvisionTests : IDisposable
{
    private const string Token = "token-that-must-not-be-shown";

    private readonly TestDataFolder _azure = new("state");
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
        ["PAUSE"] = "0",
        ["TRIES"] = "2",
    };

    [Fact]
    public async Task It_lets_itself_in_makes_the_roles_and_shuts_the_door()
    {
        Azure();

        var (exitCode, output) = await RunAsync();

        Assert.True(exitCode == 0, output);
        Assert.Equal(
            ["az account get-access-token", "psql --no-psqlrc --quiet --command", "az rest --method put",
                "psql --no-psqlrc --quiet --command", "psql --no-psqlrc --quiet --file", "az rest --method delete"],
            _script.Calls.Select(call =>
                string.Join(' ', call.Split(' ')
                .Take(call.StartsWith("az account", StringComparison.Ordinal) ? 3 : 4))));
        Assert.Contains("\"startIpAddress\": \"203.0.113.7\", \"endIpAddress\": \"203.0.113.7\"", _script.Calls[2],
            StringComparison.Ordinal);
        Assert.EndsWith(
            "roles.sql --output /dev/null --set role=id-greenery --set "
                + "principal=33333333-3333-3333-3333-333333333333 --set database=greenery",
            _script.Calls[4], StringComparison.Ordinal);
        Assert.DoesNotContain(Token, output + string.Concat(_script.Calls), StringComparison.Ordinal);
        Assert.Equal("roles of id-greenery in postgres", State());
    }

    [Fact]
    public async Task A_second_time_changes_nothing()
    {
        Azure();
        await RunAsync();
        var once = State();

        var (exitCode, output) = await RunAsync();

        Assert.True(exitCode == 0, output);
        Assert.Equal(once, State());
    }

    [Fact]
    public async Task What_an_attempt_that_was_killed_left_open_is_shut()
    {
        Azure();
        await File.WriteAllTextAsync(Path.Combine(_azure.Path, "rule"), "");

        var (exitCode, output) = await RunAsync();

        Assert.True(exitCode == 0, output);
        Assert.DoesNotContain(_script.Calls, call => call.Contains("--method put", StringComparison.Ordinal));
        Assert.Equal("roles of id-greenery in postgres", State());
    }

    [Fact]
    public async Task On_a_cluster_it_signs_in_to_its_one_database()
    {
        Azure();
        _environment["ROLES_DATABASE"] = "shop";

        await RunAsync();

        Assert.Equal("roles of id-greenery in shop", State());
    }

    [Fact]
    public async Task The_door_is_shut_when_the_roles_cannot_be_made()
    {
        Azure(roles: "echo 'no such role' >&2; exit 3");

        var (exitCode, output) = await RunAsync();

        Assert.Equal(3, exitCode);
        Assert.Contains("no such role", output, StringComparison.Ordinal);
        Assert.Equal("", State());
    }

    [Fact]
    public async Task A_server_without_a_firewall_is_answered_with_what_to_do()
    {
        Azure(put: "echo 'ServerNotSupported' >&2; exit 1");

        var (exitCode, output) = await RunAsync();

        Assert.Equal(3, exitCode);
        Assert.Contains("run this on a machine in that network", output, StringComparison.Ordinal);
        Assert.Equal("", State());
    }

    [Fact]
    public async Task A_server_that_does_not_know_the_operators_is_answered_with_what_to_do()
    {
        Azure(enter: "echo 'no such user' >&2; exit 2");

        var (exitCode, output) = await RunAsync();

        Assert.Equal(3, exitCode);
        Assert.Contains("Is it an Entra administrator of the server", output, StringComparison.Ordinal);
        Assert.Contains("no such user", output, StringComparison.Ordinal);
        Assert.Equal("", State());
    }

    [Fact]
    public async Task What_is_missing_is_said_before_anything_is_opened()
    {
        Azure();
        _environment["DATABASE_HOST"] = "";

        var (exitCode, output) = await RunAsync();

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

    public void Dispose()
    {
        _script.Dispose();
        _azure.Dispose();
    }

    private Task<(int ExitCode, string Output)> RunAsync() =>
        _script.RunAsync("hooks/postprovision.sh", _environment);

    // Stand-ins with a state: a rule in the firewall is a file, and so are the roles.
    private void Azure(string put = ":", string enter = "", string roles = "")
    {
        var rule = Path.Combine(_azure.Path, "rule");
        _script.With("az", $$"""
            case "$*" in
              *get-access-token*) echo {{Token}} ;;
              *'--method put'*) {{put}} && touch '{{rule}}' ;;
              *'--method delete'*) rm -f '{{rule}}' ;;
            esac
            """)
            .With("psql", $$"""
            test "$PGPASSWORD" = {{Token}} && test "$PGUSER" = 'greenery operators' && test -f '{{rule}}' || exit 2
            {{enter}}
            case "$*" in
              *--file*) {{(roles.Length > 0 ? roles + ";" : "")}}
                echo "roles of $PIPELINE_ROLE in $PGDATABASE" > '{{Path.Combine(_azure.Path, "roles")}}' ;;
            esac
            """);
    }

    private string State() => string.Join(", ", Directory.GetFiles(_azure.Path).Order().Select(file =>
        Path.GetFileName(file) == "rule" ? "rule" : File.ReadAllText(file).Trim()));
}
