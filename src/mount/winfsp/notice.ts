/** What the exception of WinFsp's licence for free software asks us to show: whose it is, and where it is. Pure. */

export const WINFSP_NOTICE = 'WinFsp - Windows File System Proxy, Copyright (C) Bill Zissimopoulos';
export const WINFSP_SITE = 'https://github.com/winfsp/winfsp';
