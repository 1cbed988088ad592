namespace Platform.Abstractions.Tenancy;

/// <summary>A grain was called on behalf of another tenant, or of none: a bug or an attack, never an expected refusal.</summary>
[GenerateSerializer, Alias("tenant-access-exception")]
public sealed class TenantAccessException : Exception
{
    public TenantAccessException() : base("The grain belongs to another tenant.") { }

    public TenantAccessException(string message) : base(message) { }

    public TenantAccessException(string message, Exception inner) : base(message, inner) { }
}
