namespace Greenery.Cli.Output;

/// <summary>
/// The scripts that let a shell complete command lines of <c>greenery</c>. All ask the program itself: its directive
/// <c>[suggest:POSITION]</c> takes the command line without the program's name, and prints one suggestion a line
/// (https://learn.microsoft.com/dotnet/standard/commandline/how-to-enable-tab-completion).
/// </summary>
internal static class CompletionScript
{
    // The name that was typed is called, so that it works by a path as well. Files are offered where nothing else is.
    private const string Bash =
        """
        # Completion of greenery for bash. In ~/.bashrc:  source <(greenery completion bash)
        _greenery() {
            local line="${COMP_LINE:0:COMP_POINT}"
            local rest="${line#"${COMP_WORDS[0]}"}"
            rest="${rest#"${rest%%[![:space:]]*}"}"
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${#rest}]" "$rest" 2>/dev/null)" -- "$2"))
        }
        complete -o default -F _greenery greenery

        """;

    private const string Zsh =
        """
        #compdef greenery
        # Completion of greenery for zsh. In ~/.zshrc after compinit:  source <(greenery completion zsh)
        _greenery() {
            local rest="${(j: :)${(@)words[2,CURRENT]}}"
            local -a suggestions
            suggestions=("${(@f)$(${words[1]} "[suggest:${#rest}]" "$rest" 2>/dev/null)}")
            if [[ -n "${suggestions[1]}" ]]; then
                compadd -- "${suggestions[@]}"
            else
                _files
            fi
        }
        compdef _greenery greenery

        """;

    private const string PowerShell =
        """
        # Completion of greenery for PowerShell. In $PROFILE:  greenery completion pwsh | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName greenery -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $name = $commandAst.CommandElements[0].Extent.Text
            $line = $commandAst.ToString().PadRight($cursorPosition - $commandAst.Extent.StartOffset)
            $rest = $line.Substring($name.Length).TrimStart()
            & $name "[suggest:$($rest.Length)]" "$rest" 2>$null | Where-Object { $_ -like "$wordToComplete*" } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }

        """;

    private const string Fish =
        """
        # Completion of greenery for fish:  greenery completion fish > ~/.config/fish/completions/greenery.fish
        function __greenery_suggest
            set -l rest (string replace -r '^\s*\S+\s*' '' -- (commandline -cp | string collect))
            greenery "[suggest:"(string length -- "$rest")"]" "$rest" 2>/dev/null
        end
        complete -c greenery -a '(__greenery_suggest)'

        """;

    /// <summary>The shells that there is a script for.</summary>
    public static IReadOnlyList<string> Shells { get; } = ["bash", "zsh", "pwsh", "fish"];

    /// <summary>The script of a shell of <see cref="Shells"/>.</summary>
    public static string Of(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        "pwsh" => PowerShell,
        _ => Fish,
    };
}
