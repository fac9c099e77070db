using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Runs;

/// <summary>A database belongs to one project; another one's runs do not touch it.</summary>
public sealed class ProjectIdentityTests
{
    [Fact]
    public async Task The_first_run_with_a_name_writes_it_down_also_after_runs_without()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        Assert.Empty(await test.ListAsync("select name from ops.project"));

        test.WriteSql("project.yml", "name: tiny\n");
        await test.RunAsync();
        await test.RunAsync();

        Assert.Equal(["tiny"], await test.ListAsync("select name from ops.project"));
    }

    [Theory]
    [InlineData("name: other\n", "is project 'other'")]
    [InlineData("", "has no name (project.yml)")]
    public async Task A_run_of_another_project_changes_nothing(string file, string found)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("project.yml", "name: tiny\n");
        await test.RunAsync();
        test.WriteSql("project.yml", $"# another project\nversion: 1\n{file}");
        test.Put("2021-02-13/users.csv", "user_id,name,city\n4,Di,Oslo\n");

        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => test.RunAsync());
        var rollback = await Assert.ThrowsAsync<ConfigurationException>(
            () => test.Pipeline().RollbackAsync(null, CancellationToken.None));

        Assert.Equal(
            $"Greenery:Warehouse: {test.Database.Warehouse.Description} is of project 'tiny', but {test.Sql} {found}. "
            + "Nothing was changed. Use the database of this project or the folder of that one. If the project was "
            + "renamed, or takes the database over: greenery migrate --rename-from tiny.",
            refused.Message);
        Assert.Equal(refused.Message, rollback.Message);
        Assert.Equal("1 3", await test.ValueAsync<string>(
            "select concat_ws(' ', (select count(*) from ops.run), (select count(*) from staging.users))"));
    }

    [Fact]
    public async Task Commands_of_another_project_are_refused_until_it_takes_the_database_over()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("project.yml", "name: tiny\n");
        await test.RunAsync();
        var other = CliProcess.On(test).With("Greenery__Project", "other");

        var status = await other.RunAsync("status");
        var wrong = await other.RunAsync("migrate", "--rename-from", "shop");
        Assert.Equal((2, 2), (status.ExitCode, wrong.ExitCode));
        Assert.Contains("is of project 'tiny', but ", status.Error, StringComparison.Ordinal);
        Assert.Equal(
            $"--rename-from: {test.Database.Warehouse.Description} is of project 'tiny', not of 'shop'. Nothing was "
            + "changed. If it is to be this project's: --rename-from tiny.",
            Assert.Single(wrong.ErrorLines));

        var right = await other.RunAsync("migrate", "--rename-from", "tiny");
        Assert.Equal(0, right.ExitCode);
        Assert.EndsWith("It is of project 'other' now, no longer of 'tiny'.\n", right.Output, StringComparison.Ordinal);
        Assert.Equal(["other"], await test.ListAsync("select name from ops.project"));
    }

    [Fact]
    public async Task A_name_is_taken_once_of_projects_that_come_at_the_same_moment()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var names = Enumerable.Range(0, 8).Select(n => $"p{n}").ToList();

        var claims = await Task.WhenAll(names.Select(async name =>
        {
            try
            {
                await ProjectIdentity.ClaimAsync(
                    test.Database.Warehouse, test.Project with { Name = name }, CancellationToken.None);
                return name;
            }
            catch (ConfigurationException)
            {
                return null;
            }
        }));

        Assert.Equal(await test.ListAsync("select name from ops.project"), claims.OfType<string>());
    }

    [Fact]
    public void A_name_that_cannot_be_one_is_refused_at_its_line()
    {
        using var folder = new ProjectFolder(("project.yml", "# ours\nname: my shop\ncolour: green\n"));

        Assert.Equal(
            [
                "sql/project.yml:2: 'my shop' cannot be a project's name; expected 1 to 63 letters, digits, '-', '_' "
                + "and "
                    + "'.', a letter or digit first, such as shop.",
                "sql/project.yml:3: unknown key 'colour'; expected currency, marts, name, owner, reader_role, "
                    + "time_zone, title, version.",
            ],
            folder.Diagnostics());
    }
}
