using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Greenery.Cli.Commands;

/// <summary>An example of each command, which ends its help.</summary>
internal static class CommandExamples
{
    // By the command's path, without the program.
    private static readonly Dictionary<string, string> Examples = new(StringComparer.Ordinal)
    {
        [""] = "greenery demo",
        ["alerts"] = "greenery alerts",
        ["alerts send"] = "greenery alerts send --again",
        ["alerts test"] = "greenery alerts test",
        ["cancel"] = "greenery cancel 12",
        ["check"] = "greenery check",
        ["completion"] = "greenery completion bash",
        ["demo"] = "greenery demo",
        ["diff"] = "greenery diff core.dim_users --run 41 --run 42",
        ["docs"] = "greenery docs --out docs.html",
        ["doctor"] = "greenery doctor",
        ["env"] = "greenery env",
        ["env drop"] = "greenery env drop dev_ana",
        ["import"] = "greenery import dbt jaffle-shop --out shop",
        ["import dbt"] = "greenery import dbt jaffle-shop --out shop",
        ["infer"] = "greenery infer drops/2026-11-21/orders.csv --out sql/sources.yml",
        ["init"] = "greenery init shop --from-drops /data/drops",
        ["logs"] = "greenery logs last",
        ["migrate"] = "greenery migrate",
        ["plan"] = "greenery plan --date 2026-11-21",
        ["preview"] = "greenery preview core.dim_users --limit 5",
        ["publish"] = "greenery publish 43",
        ["quarantine"] = "greenery quarantine --drop 2026-11-21/orders.csv",
        ["quarantine replay"] = "greenery quarantine replay --drop 2026-11-21/orders.csv",
        ["report"] = "greenery report --out report.html",
        ["rollback"] = "greenery rollback --to 12",
        ["run"] = "greenery run --date 2026-11-21 --reload",
        ["sample"] = "greenery sample --out drops",
        ["schema"] = "greenery schema sources",
        ["serve"] = "greenery serve",
        ["services"] = "greenery services up --settings local.settings.json",
        ["services up"] = "greenery services up --settings local.settings.json",
        ["status"] = "greenery status --json",
        ["test"] = "greenery test fact_orders",
        ["upgrade"] = "greenery upgrade",
        ["validate"] = "greenery validate --offline",
        ["verify"] = "greenery verify fact_orders --sample 1%",
    };

    /// <summary>The example of a command.</summary>
    public static string? Find(Command command) => Examples.GetValueOrDefault(PathOf(command));

    /// <summary>Lets the help of a root, and of all below it, end with the command's example.</summary>
    public static void ShowIn(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExample((SynchronousCommandLineAction)help.Action!);
    }

    private static string PathOf(Command command)
    {
        var names = new Stack<string>();
        for (Symbol? each = command; each is Command and not RootCommand; each = each.Parents.FirstOrDefault())
        {
            names.Push(each.Name);
        }
        return string.Join(' ', names);
    }

    private sealed class HelpWithExample(SynchronousCommandLineAction help) : SynchronousCommandLineAction
    {
        // An option that is required is not asked of who asks for help.
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var code = help.Invoke(parseResult);
            if (Find(parseResult.CommandResult.Command) is { } example)
            {
                parseResult.InvocationConfiguration.Output.WriteLine($"Example:\n  {example}\n");
            }
            return code;
        }
    }
}
