namespace Platform.Abstractions.Audit;

/// <summary>The events could not be stored. Whoever waited for them must refuse the request (AL-5).</summary>
[GenerateSerializer, Alias("audit-unavailable-exception")]
public sealed class AuditUnavailableException : Exception
{
    public AuditUnavailableException() : base("The audit trail cannot be written.") { }

    public AuditUnavailableException(string message) : base(message) { }

    public AuditUnavailableException(string message, Exception inner) : base(message, inner) { }
}
