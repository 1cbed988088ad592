using System.CommandLine;

namespace Platform.Cli.Shell;

/// <summary>Options and arguments in one line each.</summary>
internal static class Options
{
    public static Argument<string> Name(string name, string description) => new(name) { Description = description };

    public static Argument<long> Count(string name, string description) => new(name) { Description = description };

    public static Argument<string[]> Names(string name, string description) => new(name) { Description = description, Arity = ArgumentArity.OneOrMore };

    public static Option<string?> Text(string name, string description, params string[] aliases) => new(name, aliases) { Description = description };

    public static Option<string> Needed(string name, string description, params string[] aliases) => new(name, aliases) { Description = description, Required = true };

    public static Option<string[]> Many(string name, string description)
    {
        var option = new Option<string[]>(name) { Description = description + " May be given more than once.", AllowMultipleArgumentsPerToken = true };

        // It takes every word that is no option of the command: a misspelt one, and what follows it, must not be sent as its values.
        option.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => token.Value.StartsWith("--", StringComparison.Ordinal)) is { } misspelt)
            {
                result.AddError($"There is no option {misspelt.Value} here.");
            }
        });
        return option;
    }

    public static Option<bool> Switch(string name, string description) => new(name) { Description = description };

    public static Argument<string?> MaybeName(string name, string description) => new(name) { Description = description, Arity = ArgumentArity.ZeroOrOne };

    public static Option<decimal?> Decimal(string name, string description) => new(name) { Description = description };

    public static Option<long?> Number(string name, string description) => new(name) { Description = description };

    /// <summary>A text that is one of these; the shell proposes them.</summary>
    public static Option<string?> Choice(string name, string description, params string[] choices)
    {
        var option = Text(name, $"{description}: {string.Join(", ", choices)}.");
        option.AcceptOnlyFromAmong(choices);
        return option;
    }
}
