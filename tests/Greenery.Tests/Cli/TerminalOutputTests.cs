using Greenery.Tests.Support;

namespace Greenery.Tests.Cli;

/// <summary>What comes from outside moves no cursor and changes no title of the terminal that shows it.</summary>
public sealed class TerminalOutputTests
{
    private const string Evil = "\u001b]0;owned\a\u001b[2J";

    [Fact]
    public async Task Names_of_files_and_headers_are_shown_without_their_control_characters()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.Put($"{TinyShop.Day}/{Evil}.csv", "user_id\n1\n");
        test.Put($"{TinyShop.Day}/users-2.csv", $"user_id,name,city,{Evil}\n4,Di,Oslo,x\n");
        test.Put($"{TinyShop.Day}/orders-2.csv", $"order_id,user_id,amount,placed_on\n{Evil},1,2,2021-02-12\n");

        string[][] commands = [["plan"], ["run"], ["status"], ["quarantine"], ["status", "--json"]];
        foreach (var arguments in commands)
        {
            var result = await CliProcess.On(test).RunAsync(arguments);
            var output = result.Output + result.Error;

            Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)}: {output}");
            Assert.DoesNotContain(output, letter => char.IsControl(letter) && letter is not '\n' and not '\r');
        }
        var plan = await CliProcess.On(test).RunAsync("plan");
        Assert.Contains(
            @"\u001b]0;owned\u0007\u001b[2J.csv: is not loaded: its name has control characters. Rename it.",
            plan.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_of_hundreds_of_kilobytes_is_shown_at_once()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        // As earlier versions kept them.
        await test.ExecuteAsync(
            "update ops.run set message = repeat('unknown_column, ', 30000), "
            + "notes = array[repeat('column [x], ', 30000) || 'the end']");

        var result = await CliProcess.On(test).RunAsync("status");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("column [x], the end", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task So_are_arguments_and_settings_in_error_messages()
    {
        var unknown = await new CliProcess().RunAsync($"ru{Evil}n");
        var setting = await new CliProcess().With("Greenery__Schedule", Evil).RunAsync("status");

        Assert.Equal((2, 2), (unknown.ExitCode, setting.ExitCode));
        Assert.Contains("␛[2J", unknown.Error, StringComparison.Ordinal);
        Assert.Contains("␛[2J", setting.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', unknown.Error + setting.Error);
    }
}
