namespace Platform.Abstractions.Operations;

/// <summary>What the process that answers knows of its storage and of the audit trail, for operators.</summary>
public interface IProcessHealth
{
    /// <summary>Asks the file system or the database.</summary>
    Task<StorageView> StorageAsync(CancellationToken cancel);

    /// <summary>What was seen last; asks nobody.</summary>
    AuditHealthView Audit();
}
