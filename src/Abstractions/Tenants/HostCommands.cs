using FluentValidation;

namespace Platform.Abstractions.Tenants;

/// <summary>
/// Gives a tenant's endpoint a host name of its own, unique on the platform. Nobody proves by it that the name is theirs: only operators may ask.
/// </summary>
public sealed record AddTenantHost
{
    /// <summary>A lower-case DNS name of two labels or more, IDN as punycode; not the platform's own and not an address.</summary>
    public required string Host { get; init; }
}

public sealed class AddTenantHostValidator : AbstractValidator<AddTenantHost>
{
    public AddTenantHostValidator() => RuleFor(command => command.Host).NotEmpty().Must(host => HostName.IsValid(host))
        .WithMessage("Use a lower-case DNS name such as mcp.example.com: no address, port, wildcard or trailing dot; write IDN as punycode.");
}

/// <summary>A host name under which a tenant is served.</summary>
/// <param name="Host">As it was given.</param>
/// <param name="Url">The endpoint there, as clients should be given it.</param>
public sealed record TenantHostView(string Host, string Url);
