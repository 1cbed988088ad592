using Platform.Abstractions.IdentityProviders;
using Platform.Admin.Session;

namespace Platform.Admin.Components.Pages.IdentityProviders;

/// <summary>A provider as a form has it. Only what JSON could not carry is refused here; the bounds are REST's. A secret goes through it and is never shown again.</summary>
public sealed class ProviderInput
{
    private const int Spare = 2;

    /// <summary>With spare lines at the end.</summary>
    public List<RuleLine> Rules { get; } = [];

    public string? Audience { get; private set; }

    public string[] Algorithms { get; private set; } = ["RS256"];

    public string TokenType { get; private set; } = "at+jwt";

    /// <summary>Whether people sign in through it.</summary>
    public bool SignIn { get; private set; } = true;

    public string? ClientId { get; private set; }

    public string? Name { get; private set; }

    /// <summary><c>keep</c>, <c>new</c> or <c>none</c>.</summary>
    public string Secret { get; private set; } = "new";

    public string? Version { get; private set; }

    /// <summary>The names under which errors are shown beside their field.</summary>
    public IReadOnlyCollection<string> Fields { get; } =
        ["issuer", "audience", "algorithms", "tokenType", "rules", "signIn.clientId", "signIn.clientSecret", "signIn.name", .. Enumerable.Range(0, IdentityProviderRules.MaxRules).SelectMany(NamesOf)];

    /// <param name="audience">What is probably meant.</param>
    public static ProviderInput New(string audience) => new ProviderInput { Audience = audience }.WithSpare();

    internal static ProviderInput Of(IdentityProvider provider)
    {
        var input = new ProviderInput
        {
            Audience = provider.Audience,
            Algorithms = provider.Algorithms,
            TokenType = provider.TokenType,
            SignIn = provider.SignIn is not null,
            ClientId = provider.SignIn?.ClientId,
            Name = provider.SignIn?.Name,
            Secret = provider.SignIn is { Confidential: true } ? "keep" : provider.SignIn is null ? "new" : "none",
            Version = provider.Version.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        input.Rules.AddRange(provider.Rules.Select(rule => new RuleLine(rule.Claim, rule.Value, string.Join(", ", rule.Roles))));
        return input.WithSpare();
    }

    internal static ProviderInput Read(PostedForm form)
    {
        var input = new ProviderInput
        {
            Audience = form.Text("audience"),
            Algorithms = form.All("algorithms"),
            TokenType = form.Text("tokenType") ?? "at+jwt",
            SignIn = form.Has("signIn"),
            ClientId = form.Text("signIn.clientId"),
            Name = form.Text("signIn.name"),
            Secret = form.Text("secret") is "keep" or "none" ? form.Text("secret")! : "new",
            Version = form.Text("version"),
        };
        for (var index = 0; index < IdentityProviderRules.MaxRules; index++)
        {
            // Lines that were left empty go, so that REST's numbers are those of the lines that are shown again.
            if (NamesOf(index).Select(form.Text).ToArray() is [var claim, var value, var roles] && (claim ?? value ?? roles) is not null)
            {
                input.Rules.Add(new RuleLine(claim, value, roles));
            }
        }

        return input.WithSpare();
    }

    /// <param name="issuer">Its own, or the one that was named.</param>
    /// <param name="secret">What was typed; used where a new one is meant.</param>
    internal PutIdentityProvider Command(string issuer, string? secret) => new()
    {
        Issuer = issuer,
        Audience = Audience ?? "",
        Algorithms = Algorithms,
        TokenType = TokenType,
        Rules = [.. Rules.Where(rule => !rule.IsEmpty).Select(rule => new ClaimRule(rule.Claim ?? "", rule.Value ?? "", (rule.Roles ?? "").Split([',', ' '], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))],
        SignIn = SignIn ? new SignInClient { ClientId = ClientId ?? "", ClientSecret = Secret == "new" ? secret : null, Name = Name, Public = Secret == "none" } : null,
    };

    /// <summary>The names of a line's fields, as REST names them in what it refuses.</summary>
    public static string[] NamesOf(int index) => [$"rules[{index}].claim", $"rules[{index}].value", $"rules[{index}].roles"];

    private ProviderInput WithSpare()
    {
        for (var spare = 0; spare < Spare && Rules.Count < IdentityProviderRules.MaxRules; spare++)
        {
            Rules.Add(new RuleLine(null, null, null));
        }

        return this;
    }

    /// <summary>One rule as it was typed.</summary>
    public sealed record RuleLine(string? Claim, string? Value, string? Roles)
    {
        public bool IsEmpty => Claim is null && Value is null && Roles is null;
    }
}
