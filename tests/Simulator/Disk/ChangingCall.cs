namespace PaxosShard.Simulator.Disk;

/// <summary>A system call that changes what a disk or its page cache holds.</summary>
public enum ChangingCall
{
    /// <summary>A file is made.</summary>
    Create,

    /// <summary>Bytes are put into a file.</summary>
    Write,

    /// <summary>A file is cut or lengthened.</summary>
    SetLength,

    /// <summary>A file is brought to the disk.</summary>
    Sync,

    /// <summary>The names of the directory are brought to the disk.</summary>
    SyncNames,

    /// <summary>A file gets another name.</summary>
    Rename,

    /// <summary>A name is taken away.</summary>
    Delete,
}
