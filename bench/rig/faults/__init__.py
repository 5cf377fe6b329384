"""What breaks: processes, links, disks, clocks."""
