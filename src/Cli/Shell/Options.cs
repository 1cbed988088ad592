using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Platform.Cli.Shell;

/// <summary>Options and arguments in one line each.</summary>
internal static class Options
{
    public static Argument<string> Name(string name, string description) => new(name) { Description = description };

    public static Argument<long> Count(string name, string description) => new(name) { Description = description, CustomParser = result => Whole(result) ?? 0 };

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

    public static Option<decimal?> Decimal(string name, string description) => new(name) { Description = description, CustomParser = Fraction };

    public static Option<long?> Number(string name, string description) => new(name) { Description = description, CustomParser = Whole };

    /// <summary>Most items of a list.</summary>
    public static Option<int> Most(string name, string description, int most) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => most,
        CustomParser = result => Whole(result) is not { } number ? most : (int)Math.Clamp(number, int.MinValue, int.MaxValue),
    };

    /// <summary>A text that is one of these; the shell proposes them.</summary>
    public static Option<string?> Choice(string name, string description, params string[] choices)
    {
        var option = Text(name, $"{description}: {string.Join(", ", choices)}.");
        option.AcceptOnlyFromAmong(choices);
        return option;
    }

    // The parser's own text names a type of ours.
    private static long? Whole(ArgumentResult result)
    {
        if (long.TryParse(Word(result), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        Refuse(result, "a whole number");
        return null;
    }

    private static decimal? Fraction(ArgumentResult result)
    {
        if (decimal.TryParse(Word(result), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        Refuse(result, "a number such as 2 or 0.5");
        return null;
    }

    private static string Word(ArgumentResult result) => result.Tokens is [{ Value: var word }] ? word : "";

    private static void Refuse(ArgumentResult result, string wanted) => result.AddError($"'{Word(result)}' is not {wanted}{(result.Parent is OptionResult { Option.Name: var option } ? $", which {option} takes" : "")}.");
}
