using System.CommandLine;
using Platform.Cli.Outcomes;
using Platform.Cli.Terminals;

namespace Platform.Cli.Completion;

/// <summary><c>platform completion</c>: a script that has the shell ask the tool itself, by its <c>[suggest]</c> directive, what may follow. It talks to no server.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _platform() {
          local IFS=$'\n'
          COMPREPLY=($(platform "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null))
        }
        complete -o default -F _platform platform

        """;

    private const string Zsh = """
        #compdef platform
        _platform() {
          local -a found
          found=("${(@f)$(platform "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
          compadd -a found
        }
        compdef _platform platform

        """;

    private const string Fish = """
        complete -c platform -f -a '(platform "[suggest:"(commandline -C)"]" (commandline) 2>/dev/null)'

        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName platform -ScriptBlock {
          param($word, $line, $at)
          platform "[suggest:$at]" "$line" 2>$null | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
        }

        """;

    public static Command Create(Terminal terminal)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh, fish or pwsh." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        var command = new Command("completion", "Print a script for completions, such as: source <(platform completion bash)") { shell };
        command.SetAction(async (parsed, _) =>
        {
            await terminal.Output.WriteAsync(parsed.GetRequiredValue(shell) switch { "bash" => Bash, "zsh" => Zsh, "fish" => Fish, _ => PowerShell });
            return ExitCode.Done;
        });
        return command;
    }
}
